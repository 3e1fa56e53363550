using GenAI.Testing;

namespace GenAI.Cli.Tests;

/// <summary>What one run of the command printed and returned.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    /// <param name="line">The arguments, separated by spaces; none of them has one in it.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="answer">What somebody at the terminal types; null when there is nobody.</param>
    public static async Task<CommandRun> Of(string line, Dictionary<string, string>? environment = null, string? answer = null)
    {
        using var input = new StringReader(answer + Environment.NewLine);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost(
            input, output, error, answer is not null, name => environment?.GetValueOrDefault(name), new ManualTimeProvider(TimeProvider.System.GetUtcNow()));
        var code = await GenAICommand.RunAsync(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries), host, TestContext.Current.CancellationToken);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
