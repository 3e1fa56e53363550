using System.Text.Json;

namespace Aspire.Hosting.Running;

/// <summary>What a command of the engine's left: its exit code and what it wrote.</summary>
internal sealed record EngineResult(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    private static readonly string[] Openings = ["docker: ", "Error response from daemon: ", "Error: "];

    // What Docker says after the reason.
    private static readonly string[] Afterwords = ["Run 'docker", "See 'docker", "See 'podman", "Usage:", "Error: failed to start containers"];

    /// <summary>The last thing that the engine complained of, without its usual opening.</summary>
    public string Complaint
    {
        get
        {
            var line = Errors.TakeWhile(line => !Afterwords.Any(word => line.StartsWith(word, StringComparison.Ordinal))).LastOrDefault(line => line.Length > 0)
                ?? $"exit code {ExitCode}";
            foreach (var opening in Openings)
            {
                if (line.StartsWith(opening, StringComparison.Ordinal))
                    line = line[opening.Length..];
            }

            return line.TrimEnd('.');
        }
    }
}

/// <summary>
/// Docker or Podman, through its command line. That, rather than the HTTP interface behind it: the arguments of
/// <c>WithContainerRuntimeArgs</c> are the command line's own language, contexts, remote engines and registry logins are what the
/// user has set up for it, and it is one language for both engines.
/// </summary>
internal sealed class ContainerEngine(string name, string path, ChildProcesses processes)
{
    // What the command line itself reads, so that a container's variable of that name cannot be handed over through its environment.
    private static readonly string[] OwnVariables =
        ["PATH", "HOME", "TMP", "LD_", "XDG_", "DOCKER_", "BUILDKIT_", "BUILDX_", "CONTAINER", "REGISTRY_AUTH", "GODEBUG", "GOMAXPROCS", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"];

    /// <summary><c>docker</c> or <c>podman</c>.</summary>
    public string Name { get; } = name;

    public string Path { get; } = path;

    /// <summary>By which name a container knows this machine.</summary>
    public string HostName => Name == "podman" ? "host.containers.internal" : "host.docker.internal";

    /// <summary>Runs a command to its end; cancelled, it is ended.</summary>
    public async Task<EngineResult> RunAsync(
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null,
        Action<string>? onLine = null)
    {
        var (output, errors) = (new List<string>(), new List<string>());
        await using var process = Start(arguments, environment, (line, isError) =>
        {
            lock (output)
                (isError ? errors : output).Add(line);
            onLine?.Invoke(line);
        });
        var exitCode = await process.Exited.WaitAsync(cancellationToken);
        lock (output)
            return new EngineResult(exitCode, [.. output], [.. errors]);
    }

    /// <summary>Starts a command that runs on, such as following a log.</summary>
    public ChildProcess Start(IReadOnlyList<string> arguments, Action<string, bool> onLine) => Start(arguments, null, onLine);

    /// <summary>
    /// The arguments that hand a container its variables, and the environment of the command that takes them: values go through the
    /// environment, where other users of this machine cannot read them, except those that the command would take for its own.
    /// </summary>
    public static (IEnumerable<string> Arguments, Dictionary<string, string> Environment) HandOver(string option, IReadOnlyDictionary<string, string> variables)
    {
        var hidden = variables.Where(variable => !OwnVariables.Any(own => variable.Key.StartsWith(own, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(variable => variable.Key, variable => variable.Value);
        return (variables.SelectMany(v => new[] { option, hidden.ContainsKey(v.Key) ? v.Key : $"{v.Key}={v.Value}" }), hidden);
    }

    /// <summary>The container of that name or id, or null when there is none.</summary>
    public async Task<ContainerStatus?> InspectAsync(string container, CancellationToken cancellationToken)
    {
        const string Format = """{"Id":{{json .ID}},"Image":{{json .Image}},"State":{{json .State}},"Labels":{{json .Config.Labels}},"Ports":{{json .NetworkSettings.Ports}}}""";
        var result = await RunAsync(["container", "inspect", "--format", Format, container], cancellationToken);
        return result.ExitCode == 0 ? JsonSerializer.Deserialize<ContainerStatus>(string.Concat(result.Output)) : null;
    }

    private ChildProcess Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment, Action<string, bool> onLine)
        => processes.Start(new LaunchPlan(Path, arguments, Environment.CurrentDirectory, environment ?? new Dictionary<string, string>()), onLine);
}
