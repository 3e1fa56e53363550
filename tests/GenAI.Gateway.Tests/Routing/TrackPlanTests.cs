using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing.Clients;
using GenAI.Gateway.Routing.Tracks;
using Microsoft.AspNetCore.Http;
using static GenAI.Gateway.Tests.Fakes.Snapshots;

namespace GenAI.Gateway.Tests.Routing;

public sealed class TrackPlanTests
{
    private static readonly Uri Here = new("http://localhost:8188");

    /// <summary>Any client, any two shares: with the larger one it has the canary if it had with the smaller one.</summary>
    [Fact]
    public void A_client_that_has_the_canary_keeps_it_while_the_share_grows() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(ArbMap.Default.ArbFor<(ulong, NonNegativeInt, NonNegativeInt)>(), drawn =>
        {
            var (client, one, other) = (drawn.Item1, drawn.Item2.Get % 101, drawn.Item3.Get % 101);
            var wish = new TrackWish(CanaryWish.None, client);
            var before = Plan(Math.Min(one, other)).Choose(wish);
            var after = Plan(Math.Max(one, other)).Choose(wish);
            return before == Plan(Math.Min(one, other)).Choose(wish) && (before != ModelTraffic.Canary || after == ModelTraffic.Canary);
        }));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(5, 400, 600)]
    [InlineData(50, 4800, 5200)]
    [InlineData(100, 10000, 10000)]
    public void The_canary_has_its_share_of_the_clients(double percent, int least, int most)
    {
        var plan = Plan(percent);

        var canaries = Enumerable.Range(0, 10_000).Count(i => plan.Choose(new TrackWish(CanaryWish.None, ClientHash.OfKey($"key-{i}"))) == ModelTraffic.Canary);

        Assert.InRange(canaries, least, most);
    }

    [Fact]
    public void The_canaries_of_one_model_are_not_those_of_another()
    {
        var clients = Enumerable.Range(0, 1000).Select(i => ClientHash.OfKey($"key-{i}")).Where(client => TrackPlan.Place(Flux, client) < 0.1).ToArray();

        Assert.InRange(clients.Count(client => TrackPlan.Place(StableDiffusion, client) < 0.1), 1, clients.Length / 2);
    }

    [Theory]
    [InlineData("true", "canary")]
    [InlineData("ALWAYS", "canary")]
    [InlineData("never", "stable")]
    [InlineData("0", "stable")]
    public void The_header_decides_whatever_the_share_is(string value, string track)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[TrackWish.Header] = value;

        Assert.Equal([track, track], new[] { Plan(0), Plan(100) }.Select(plan => plan.Choose(TrackWish.Of(context))));
    }

    [Fact]
    public void A_named_user_has_the_same_track_from_wherever_they_come()
    {
        var tracks = Enumerable.Range(0, 50).Select(i =>
        {
            var context = new DefaultHttpContext();
            context.Connection.RemoteIpAddress = new System.Net.IPAddress([10, 0, 0, (byte)i]);
            context.Request.Headers[TrackWish.Header] = "alice";
            return Plan(50).Choose(TrackWish.Of(context));
        });

        Assert.Single(tracks.Distinct());
    }

    [Theory]
    [InlineData(null, null, "stable")]
    [InlineData("canary", "canary", "canary")]
    [InlineData("canary", "stable", "stable")]
    [InlineData("gone", "canary", "stable")]
    public void A_track_that_cannot_serve_leaves_its_clients_to_the_active_one(string? meant, string? serving, string expected) =>
        Assert.Equal(expected, Plan(10).Resolve(meant, track => track == serving));

    [Fact]
    public void Where_no_instance_is_on_the_active_track_all_are_alike()
    {
        var plan = TrackPlan.Of(Flux, null, [Instance(Flux, 0, Here) with { Track = "blue" }, Instance(Flux, 1, Here) with { Track = "green" }]);

        Assert.Equal((false, null), (plan.IsSplit, plan.Choose(new TrackWish(CanaryWish.Wanted, 1))));
    }

    private static TrackPlan Plan(double percent)
    {
        ImmutableArray<Instance> instances = [Instance(Flux, 0, Here), Instance(Flux, 1, Here) with { Track = ModelTraffic.Canary }];
        return TrackPlan.Of(Flux, new ModelTraffic { Model = Flux, CanaryPercent = percent }, instances);
    }
}
