using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;

namespace Aspire.Hosting;

/// <summary>Builds projects that were given by their path, one at a time: two builds at once would write the same shared outputs.</summary>
internal sealed partial class ProjectBuilds(ResourceNotificationService notifications, ResourceLoggerService loggers, ChildProcesses processes)
    : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <exception cref="StartFailure">It does not build; the message has the compiler's first error.</exception>
    public async Task BuildAsync(ProjectResource project, string projectPath, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await notifications.PublishUpdateAsync(project, snapshot => snapshot with { State = KnownResourceStates.Building });
            await RunAsync(project, projectPath, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task RunAsync(ProjectResource project, string projectPath, CancellationToken cancellationToken)
    {
        string? firstError = null;
        var plan = new LaunchPlan(
            DotnetCommand.Path,
            ["build", projectPath, "-nologo", "-verbosity:quiet", "-consoleLoggerParameters:NoSummary"],
            Path.GetDirectoryName(projectPath)!,
            new Dictionary<string, string>());
        await using var build = processes.Start(plan, (line, isError) =>
        {
            firstError ??= ErrorIn(line);
            loggers.Append(project, project.Name, line, isError);
        });

        var exitCode = await build.Exited.WaitAsync(cancellationToken);
        if (exitCode != 0)
        {
            throw new StartFailure(
                $"'{projectPath}' does not build: {firstError ?? $"`dotnet build` ended with exit code {exitCode}"}. Correct it and start again.");
        }
    }

    // /src/Api/Program.cs(3,7): error CS0103: The name 'x' does not exist … [/src/Api/Api.csproj]
    private static string? ErrorIn(string line) => ErrorLine().Match(line) is { Success: true } match ? match.Value.Trim() : null;

    [GeneratedRegex(@"^.*error [A-Z]+[0-9]*\s*:.*?(?=\s\[[^\]]*\]$|$)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrorLine();
}
