using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Contracts.Models;
using GenAI.Orchestrator.Health;
using GenAI.Orchestrator.Instances;
using Microsoft.Extensions.Configuration;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace GenAI.Orchestrator.Tests.Instances;

public sealed class InstanceRegistryTests : IDisposable
{
    private static readonly InstanceTarget Flux = new("flux-1-dev-0", "flux-1-dev", ModelDialect.ComfyUI, new Uri("http://localhost:1"));
    private static readonly InstanceTarget Comfy = new("comfyui-workflows-0", "comfyui-workflows", ModelDialect.ComfyUI, new Uri("http://localhost:2"));
    private static readonly ProbeOutcome Answered = new ProbeOutcome.Answered(new ProbeReading { Loaded = ["a"] });
    private static readonly ProbeOutcome Refused = new ProbeOutcome.Failed(ProbeFailure.Refused, "connection refused");

    private readonly ManualTimeProvider _time = new();
    private readonly ListLogger<InstanceRegistry> _log = new();
    private readonly SnapshotFeed _feed;
    private readonly SnapshotPublisher _publisher;
    private readonly InstanceRegistry _registry;

    public InstanceRegistryTests()
    {
        _feed = new SnapshotFeed(_time);
        _publisher = new SnapshotPublisher(_feed, _time, MsOptions.Create(new InstancesOptions()));
        _registry = new InstanceRegistry(_publisher, _time, MsOptions.Create(new HealthOptions()), _log);
    }

    public void Dispose() => _publisher.Dispose();

    [Fact]
    public void Ids_count_from_0_in_the_order_of_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["services:flux-1-dev:http:10"] = "http://localhost:30",
            ["services:flux-1-dev:http:2"] = "http://localhost:20",
            ["SD35_URL"] = "http://localhost:40",
        }).Build();

        var targets = InstanceTarget.All(ModelCatalog.Read(configuration));

        Assert.Equal(
            ["flux-1-dev-0 http://localhost:20/", "flux-1-dev-1 http://localhost:30/", "stable-diffusion-35-0 http://localhost:40/"],
            targets.Select(target => $"{target.Id} {target.Endpoint}"));
    }

    [Fact]
    public void What_configuration_names_is_there_at_once_as_starting_and_in_order()
    {
        _registry.Retarget([Flux, Comfy]);

        Assert.Equal(["comfyui-workflows-0", "flux-1-dev-0"], _feed.Current.Instances.Select(instance => instance.Id));
        Assert.All(_feed.Current.Instances, instance => Assert.Equal(InstanceState.Starting, instance.State));
    }

    [Fact]
    public void A_change_of_state_is_logged_once_with_its_reason()
    {
        _registry.Retarget([Flux]);
        foreach (var outcome in new[] { Answered, Answered, Refused, Refused, Refused, Refused, Refused, Answered, Answered, Answered })
            _registry.Report(Flux, outcome);

        Assert.Equal(
            [
                "Information: Instance flux-1-dev-0 at http://localhost:1/ is watched",
                "Information: Instance flux-1-dev-0 went from Starting to Healthy: it answered its first probe",
                "Warning: Instance flux-1-dev-0 went from Healthy to Unhealthy: 3 or more probes in a row failed, the last: connection refused",
                "Information: Instance flux-1-dev-0 went from Unhealthy to Healthy: it answered 2 probes in a row",
            ],
            _log.Lines);
    }

    [Fact]
    public void A_probe_that_shows_nothing_new_makes_no_snapshot_but_is_seen()
    {
        _registry.Retarget([Flux]);
        _registry.Report(Flux, Answered);
        var version = _feed.Current.Version;
        _time.Advance(TimeSpan.FromSeconds(13));
        _registry.Report(Flux, Answered);

        Assert.Equal(version, _feed.Current.Version);
        Assert.Equal(_time.GetUtcNow(), _registry.Find("flux-1-dev-0")!.LastSeen);
    }

    [Fact]
    public void A_target_that_stays_keeps_its_health_and_one_that_moves_starts_anew()
    {
        _registry.Retarget([Flux, Comfy]);
        _registry.Report(Flux, Answered);
        _registry.Report(Comfy, Answered);

        _registry.Retarget([Flux, Comfy with { Endpoint = new Uri("http://localhost:3") }]);

        Assert.Equal(InstanceState.Healthy, _registry.Find(Flux.Id)!.State);
        Assert.Equal(InstanceState.Starting, _registry.Find(Comfy.Id)!.State);
    }

    [Fact]
    public void A_target_that_is_put_on_another_track_keeps_its_health()
    {
        _registry.Retarget([Flux]);
        _registry.Report(Flux, Answered);

        _registry.Retarget([Flux with { Track = "green" }]);

        Assert.Equal((InstanceState.Healthy, "green"), (_feed.Current.Instances.Single().State, _feed.Current.Instances.Single().Track));
    }

    [Fact]
    public void What_is_said_of_the_traffic_is_in_the_snapshot_and_said_again_makes_no_other()
    {
        _registry.Retarget([Flux]);
        ModelTraffic traffic = new() { Model = "flux-1-dev", CanaryPercent = 10 };
        _registry.Share([traffic]);
        var version = _feed.Current.Version;
        _registry.Share([traffic with { }]);
        _registry.Report(Flux, Answered);

        Assert.Equal((version + 1, traffic), (_feed.Current.Version, Assert.Single(_feed.Current.Traffic)));
    }

    [Fact]
    public void A_late_outcome_for_a_target_that_went_or_moved_changes_nothing()
    {
        _registry.Retarget([Flux, Comfy]);
        _registry.Retarget([Flux with { Endpoint = new Uri("http://localhost:3") }]);

        Assert.Null(_registry.Report(Flux, Answered));
        Assert.Null(_registry.Report(Comfy, Answered));
        Assert.Equal(InstanceState.Starting, Assert.Single(_feed.Current.Instances).State);
    }

    [Fact]
    public void The_first_round_is_done_when_each_instance_was_probed_whatever_came_of_it_and_stays_done()
    {
        _registry.Retarget([Flux, Comfy]);
        _registry.Report(Flux, Refused);
        Assert.False(_registry.FirstRoundDone);

        _registry.Report(Comfy, Answered);
        Assert.True(_registry.FirstRoundDone);

        _registry.Retarget([Flux, Comfy, Flux with { Id = "flux-1-dev-1" }]);
        Assert.True(_registry.FirstRoundDone);
    }

    [Fact]
    public void Without_instances_there_is_nothing_to_wait_for()
    {
        _registry.Retarget([]);

        Assert.True(_registry.FirstRoundDone);
    }
}
