using System.Collections.Concurrent;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Dispatch;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Draining;

/// <summary>
/// The WebSockets that are passed through. Those of an instance that drains may go on for as long as its jobs may
/// (<see cref="DispatchSettings.InstanceDrainLimit"/>) and are closed then; clients reconnect, to another instance.
/// </summary>
internal sealed partial class PassedSockets : IDisposable
{
    private readonly ConcurrentDictionary<HttpContext, bool> _open = new();
    private readonly Dictionary<string, ITimer> _draining = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Fleet _fleet;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;
    private readonly ILogger<PassedSockets> _logger;

    public PassedSockets(Fleet fleet, IOptions<DispatchSettings> settings, TimeProvider clock, ILogger<PassedSockets> logger)
    {
        (_fleet, _limit, _clock, _logger) = (fleet, settings.Value.InstanceDrainLimit, clock, logger);
        fleet.Changed += OnFleetChanged;
    }

    public void Add(HttpContext context) => _open.TryAdd(context, true);

    public void Remove(HttpContext context) => _open.TryRemove(context, out _);

    public void Dispose()
    {
        _fleet.Changed -= OnFleetChanged;
        lock (_lock)
        {
            foreach (var timer in _draining.Values) timer.Dispose();
            _draining.Clear();
        }
    }

    private void OnFleetChanged(object? sender, EventArgs e)
    {
        var draining = _fleet.Current.Snapshot.Instances.Where(instance => instance.State == InstanceState.Draining).Select(instance => instance.Id).ToHashSet(StringComparer.Ordinal);
        lock (_lock)
        {
            foreach (var id in _draining.Keys.Where(id => !draining.Contains(id)).ToArray())
            {
                _draining.Remove(id, out var timer);
                timer!.Dispose();
            }

            foreach (var id in draining.Where(id => !_draining.ContainsKey(id)))
                _draining[id] = _clock.CreateTimer(_ => Close(id), null, _limit, Timeout.InfiniteTimeSpan);
        }
    }

    private void Close(string instance)
    {
        var theirs = _open.Keys.Where(context => context.GetReverseProxyFeature().ProxiedDestination?.DestinationId == instance).ToArray();
        if (theirs.Length > 0) LogClosed(theirs.Length, instance, _limit);
        foreach (var context in theirs) context.Abort();
    }

    [LoggerMessage(1, LogLevel.Information, "Closed {Count} sockets to instance {Instance}, which has been draining for {Limit}")]
    private partial void LogClosed(int count, string instance, TimeSpan limit);
}
