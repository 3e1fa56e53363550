using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>A run as a container: its log is followed to its end, and its exit code asked for then.</summary>
internal sealed class ContainerRun : ResourceRun
{
    // Of what a container wrote that ran before this AppHost did.
    private const string FormerLines = "200";

    private readonly ContainerEngine _engine;
    private readonly string _id;
    private readonly bool _isPersistent;
    private readonly List<TcpRelay> _relays = [];
    private readonly CancellationTokenSource _leaving = new();

    public ContainerRun(
        ResourceInstance instance,
        ContainerEngine engine,
        ContainerStatus status,
        bool isPersistent,
        bool isReused,
        ImmutableArray<EndpointPlan> endpoints,
        RunningServices services)
        : base(instance, services)
    {
        _engine = engine;
        _id = status.Id;
        _isPersistent = isPersistent;
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.IsPublishedAnywhere))
        {
            if (status.HostPortOf(endpoint.InstancePorts[0]) is { } port)
                _relays.Add(TcpRelay.Start(endpoint.PublicPort, [port]));
        }

        Ended = FollowAsync(isReused);
    }

    public override Task Ended { get; }

    public override bool OutlivesApplication => _isPersistent;

    public override void Kill()
    {
        IsStopping = true;
        // Nobody waits for it; what it does not get done the watchdog does.
        if (!_isPersistent)
            _ = _engine.RunAsync(["kill", _id], CancellationToken.None);
    }

    /// <summary>The container goes, unless it is persistent: then only its log is no longer followed.</summary>
    public override async ValueTask DisposeAsync()
    {
        IsStopping = true;
        if (_isPersistent)
            await _leaving.CancelAsync();
        else
            await _engine.RunAsync(["rm", "--force", "--volumes", _id], CancellationToken.None);
        await Ended;
        foreach (var relay in _relays)
            await relay.DisposeAsync();
        _leaving.Dispose();
    }

    protected override async Task EndAsync(TimeSpan grace)
        => await _engine.RunAsync(["stop", "-t", grace.TotalSeconds.ToString("0", CultureInfo.InvariantCulture), _id], CancellationToken.None);

    private async Task FollowAsync(bool isReused)
    {
        await PublishRunningAsync(new ResourcePropertySnapshot("container.id", _id));
        try
        {
            var last = await FollowToEndAsync(isReused ? ["--tail", FormerLines] : []);
            await PublishEndedAsync(KnownResourceStates.Exited, last?.State.ExitCode, last switch
            {
                null => "its container was removed",
                { State.OOMKilled: true } => "was ended because it used more memory than it may",
                { State.Error: { Length: > 0 } error } => $"ended with exit code {last.State.ExitCode}: {error}",
                _ => null,
            });
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // It goes on without us.
        }
    }

    private async Task<ContainerStatus?> FollowToEndAsync(string[] options)
    {
        while (true)
        {
            var isFollowed = await FollowLogAsync(options);
            var status = await _engine.InspectAsync(_id, _leaving.Token);
            if (status is null || !(status.State.Running || status.State.Restarting))
                return status;
            // Restarted by the engine, or its log cannot be followed, as with some log drivers.
            if (!isFollowed)
                await _engine.RunAsync(["wait", _id], _leaving.Token);
            options = ["--tail", "0"];
        }
    }

    private async Task<bool> FollowLogAsync(string[] options)
    {
        await using var log = _engine.Start(["logs", "--follow", .. options, _id], OnLine);
        return await log.Exited.WaitAsync(_leaving.Token) == 0;
    }
}
