using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>One run of one instance: its process, from start to end, as the instance's published state.</summary>
internal sealed class InstanceRun : IAsyncDisposable
{
    private readonly ResourceInstance _instance;
    private readonly RunningServices _services;
    private readonly ChildProcess _process;
    private bool _stopping;
    private string? _lastLine;
    private string? _complaint;

    private InstanceRun(ResourceInstance instance, LaunchPlan plan, RunningServices services)
    {
        _instance = instance;
        _services = services;
        _process = services.Processes.Start(plan, OnLine);
        Ended = FollowAsync();
    }

    public Task Ended { get; }

    public static async Task<InstanceRun> StartAsync(ResourceInstance instance, LaunchPlan plan, RunningServices services)
    {
        var own = plan with
        {
            Arguments = [.. plan.Arguments.Select(argument => InstanceTemplate.Fill(argument, instance.Values))],
            Environment = plan.Environment.ToDictionary(v => v.Key, v => InstanceTemplate.Fill(v.Value, instance.Values)),
        };
        await services.Notifications.PublishUpdateAsync(instance.Resource, instance.Id, snapshot => snapshot with
        {
            EnvironmentVariables = [.. own.Environment.Select(v => new EnvironmentVariableSnapshot(v.Key, v.Value, IsFromSpec: true))],
        });
        return new InstanceRun(instance, own, services);
    }

    public async Task StopAsync(TimeSpan grace)
    {
        if (Ended.IsCompleted)
            return;
        _stopping = true;
        await PublishAsync(snapshot => snapshot with { State = KnownResourceStates.Stopping });
        await _process.StopAsync(grace);
        await Ended;
    }

    public void Kill()
    {
        _stopping = true;
        _process.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await _process.DisposeAsync();
        await Ended;
    }

    private void OnLine(string line, bool isError)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            _lastLine = line.Trim();
            // What a .NET program dies of is above its stack trace, not below it.
            if (isError && _complaint?.StartsWith("Unhandled exception", StringComparison.Ordinal) != true)
                _complaint = _lastLine;
        }

        _services.Loggers.Append(_instance.Resource, _instance.Id, line, isError);
    }

    private async Task FollowAsync()
    {
        await PublishAsync(snapshot => snapshot with
        {
            State = new ResourceStateSnapshot(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            StartTimeStamp = _services.Time.GetUtcNow().UtcDateTime,
            Properties = [.. snapshot.Properties.Where(property => property.Name != "executable.pid"), new("executable.pid", _process.Id)],
            Urls = [.. snapshot.Urls.Select(url => url with { IsInactive = false })],
        });
        var exitCode = await _process.Exited;
        await PublishAsync(snapshot => snapshot with
        {
            State = new ResourceStateSnapshot(KnownResourceStates.Finished, exitCode == 0 || _stopping ? null : KnownResourceStateStyles.Error),
            ExitCode = exitCode,
            StopTimeStamp = _services.Time.GetUtcNow().UtcDateTime,
            Reason = _stopping || exitCode == 0 ? null : ReasonOf(exitCode),
            Urls = [.. snapshot.Urls.Select(url => url with { IsInactive = true })],
        });
        if (_services.Notifications.TryGetCurrentState(_instance.Id, out var last))
        {
            await _services.Eventing.PublishAsync(new ResourceStoppedEvent(_instance.Resource, _services.Provider, last))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string ReasonOf(int exitCode)
    {
        // 128 + n is the shell's and .NET's way to say that signal n ended the process.
        var how = exitCode is > 128 and < 160 ? $"was ended by signal {exitCode - 128}" : $"ended unexpectedly with exit code {exitCode}";
        return (_complaint ?? _lastLine) is { } line ? $"{how}; it wrote: {line}" : how;
    }

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
        => _services.Notifications.PublishUpdateAsync(_instance.Resource, _instance.Id, change);
}
