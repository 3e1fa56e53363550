using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Running;

/// <summary>
/// Finds the container engine: the one that <c>ASPIRE_CONTAINER_RUNTIME</c> names, else whichever of Docker and Podman answers, Docker
/// if both do.
/// </summary>
internal sealed class ContainerEngines(IConfiguration configuration, ChildProcesses processes, TimeProvider time)
{
    private static readonly string[] Known = ["docker", "podman"];
    private static readonly string[] Settings = ["DcpPublisher:ContainerRuntime", "ASPIRE_CONTAINER_RUNTIME", "DOTNET_ASPIRE_CONTAINER_RUNTIME"];
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task<ContainerEngine>? _found;

    /// <summary>The engine, looked for once; again when it was not there and <paramref name="again"/> is true.</summary>
    /// <exception cref="EngineUnavailable">None is there, or it does not answer.</exception>
    public Task<ContainerEngine> FindAsync(bool again, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_found is null || (again && _found.IsFaulted))
                _found = FindAsync();
            return _found.WaitAsync(cancellationToken);
        }
    }

    private async Task<ContainerEngine> FindAsync()
    {
        var configured = Configured();
        var candidates = configured is null ? Known : [configured];
        var probes = await Task.WhenAll(candidates.Select(ProbeAsync));
        if (probes.FirstOrDefault(probe => probe.Complaint is null) is { Engine: { } running })
            return running;
        if (probes.FirstOrDefault(probe => probe.Engine is not null) is { Engine: not null } installed)
            throw new EngineUnavailable($"{installed.Engine.Name} is installed but does not answer: {installed.Complaint}. Start it, then start the resource.");
        throw new EngineUnavailable(configured is null
            ? "there is no container engine: neither docker nor podman is on the PATH. Install one, then start the resource."
            : $"there is no container engine: '{configured}', named by ASPIRE_CONTAINER_RUNTIME, is not on the PATH. Install it, or name another.");
    }

    private string? Configured()
    {
        var name = Settings.Select(key => configuration[key]).FirstOrDefault(value => !string.IsNullOrEmpty(value))?.ToLowerInvariant();
        return name is null || Known.Contains(name)
            ? name
            : throw new EngineUnavailable($"ASPIRE_CONTAINER_RUNTIME is '{name}'; expected docker or podman.");
    }

    private async Task<(ContainerEngine? Engine, string? Complaint)> ProbeAsync(string name)
    {
        string path;
        try
        {
            path = CommandLookup.Find(name, Environment.CurrentDirectory);
        }
        catch (StartFailure absent)
        {
            return (null, absent.Message);
        }

        var engine = new ContainerEngine(name, path, processes);
        using var limit = new CancellationTokenSource(ProbeTime, time);
        try
        {
            var result = await engine.RunAsync(["container", "ls", "-n", "1"], limit.Token);
            return (engine, result.ExitCode == 0 ? null : result.Complaint);
        }
        catch (OperationCanceledException)
        {
            return (engine, $"no answer within {ProbeTime.TotalSeconds:0} s");
        }
    }
}
