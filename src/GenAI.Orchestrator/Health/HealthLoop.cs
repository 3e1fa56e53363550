using System.Collections.Immutable;
using GenAI.Contracts.Instances;
using GenAI.Contracts.Models;
using GenAI.Orchestrator.Instances;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace GenAI.Orchestrator.Health;

/// <summary>
/// Watches every instance that configuration names, each at its own pace, so that one that hangs holds up no other.
/// When configuration is reloaded, the watches follow it.
/// </summary>
internal sealed partial class HealthLoop : BackgroundService
{
    private readonly IConfiguration _configuration;
    private readonly InstanceRegistry _registry;
    private readonly InstanceProber _prober;
    private readonly HealthMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly IOptions<HealthOptions> _options;
    private readonly ILogger<HealthLoop> _logger;
    private readonly SemaphoreSlim _reloaded = new(0);
    private readonly Dictionary<InstanceTarget, InstanceWatch> _watches = [];

    private ImmutableArray<InstanceTarget> _targets;

    /// <exception cref="ModelCatalogException">Configuration does not name usable models: the service does not start.</exception>
    public HealthLoop(
        IConfiguration configuration,
        InstanceRegistry registry,
        InstanceProber prober,
        HealthMetrics metrics,
        TimeProvider time,
        IOptions<HealthOptions> options,
        ILogger<HealthLoop> logger)
    {
        (_configuration, _registry, _prober, _metrics, _time, _options, _logger) = (configuration, registry, prober, metrics, time, options, logger);
        // Before the first request can arrive, so that nobody sees a list without the instances that configuration names.
        _targets = Take(ModelCatalog.Read(configuration));
        if (_targets.IsEmpty) LogNothingToWatch();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = ChangeToken.OnChange(_configuration.GetReloadToken, () => _reloaded.Release());
        try
        {
            while (true)
            {
                await FollowAsync(_targets, stoppingToken);
                await _reloaded.WaitAsync(stoppingToken);
                Reread();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await FollowAsync([], CancellationToken.None);
        }
    }

    public override void Dispose()
    {
        _reloaded.Dispose();
        base.Dispose();
    }

    /// <summary>An unusable new configuration changes nothing: what runs goes on being watched.</summary>
    private void Reread()
    {
        try
        {
            _targets = Take(ModelCatalog.Read(_configuration));
        }
        catch (ModelCatalogException exception)
        {
            LogReloadRefused(exception.Message);
        }
    }

    private ImmutableArray<InstanceTarget> Take(ModelCatalog catalog)
    {
        var targets = InstanceTarget.All(catalog);
        _registry.Share([.. catalog.Models.Select(model => model.Traffic).OfType<ModelTraffic>()]);
        _registry.Retarget(targets);
        return targets;
    }

    private async Task FollowAsync(ImmutableArray<InstanceTarget> targets, CancellationToken stoppingToken)
    {
        var gone = _watches.Where(watch => !targets.Contains(watch.Key)).ToList();
        foreach (var (target, watch) in gone)
        {
            _watches.Remove(target);
            await watch.DisposeAsync();
        }

        foreach (var target in targets.Except(_watches.Keys).ToList())
            _watches.Add(target, new InstanceWatch(token => WatchAsync(target, token), stoppingToken));
    }

    private async Task WatchAsync(InstanceTarget target, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = await TickAsync(target, cancellationToken);
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    /// <returns>How long until the next one.</returns>
    private async Task<TimeSpan> TickAsync(InstanceTarget target, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await _prober.ProbeAsync(target, cancellationToken);
            return _registry.Report(target, outcome) is { } health
                ? HealthPolicy.NextProbeIn(health, _options.Value)
                : _options.Value.SteadyInterval;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever is wrong here, the instance must go on being watched.
            _metrics.LoopFailed();
            LogTickFailed(exception, target.Id);
            return _options.Value.SteadyInterval;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "There is nothing to watch: configuration names no instance of any model (FLUX_URL, SD35_URL, COMFYUI_URL, services:<model>:http:<n>)")]
    private partial void LogNothingToWatch();

    [LoggerMessage(2, LogLevel.Error, "The reloaded configuration is refused and the old one kept. {Errors}")]
    private partial void LogReloadRefused(string errors);

    [LoggerMessage(3, LogLevel.Error, "Watching {Id} failed; it goes on with the next probe")]
    private partial void LogTickFailed(Exception exception, string id);
}
