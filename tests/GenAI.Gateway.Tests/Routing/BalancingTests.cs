using System.Net;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing.Balancing;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using static GenAI.Gateway.Tests.Fakes.Snapshots;

namespace GenAI.Gateway.Tests.Routing;

public sealed class BalancingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Removing_an_instance_moves_only_its_own_clients_and_all_have_a_fair_share()
    {
        string[] instances = ["flux-1-dev-0", "flux-1-dev-1", "flux-1-dev-2"];
        var clients = Enumerable.Range(0, 3000).Select(i => new IPAddress([10, 0, (byte)(i / 250), (byte)(i % 250)])).ToArray();
        string Choose(IPAddress client, IEnumerable<string> among) => among.MaxBy(id => RendezvousHash.Weight(client, id))!;

        foreach (var client in clients)
        {
            var before = Choose(client, instances);
            var after = Choose(client, instances[..2]);
            if (before != instances[2]) Assert.Equal(before, after);
        }

        Assert.All(instances, id => Assert.InRange(clients.Count(client => Choose(client, instances) == id), 800, 1200));
    }

    [Fact]
    public void A_client_is_the_same_whether_its_address_is_mapped_into_IPv6_or_not() =>
        Assert.Equal(
            RendezvousHash.Weight(IPAddress.Parse("10.1.2.3"), "a"),
            RendezvousHash.Weight(IPAddress.Parse("::ffff:10.1.2.3"), "a"));

    [Theory]
    [InlineData(InstanceState.Healthy, 0.9, 1, InstanceState.Healthy, 0.1, 2)]
    [InlineData(InstanceState.Healthy, 0.1, 1, InstanceState.Healthy, 0.2, 1)]
    [InlineData(InstanceState.Healthy, 1.0, 9, InstanceState.Degraded, 0, 0)]
    public void The_first_is_preferred_to_the_second(
        InstanceState state, double score, int inFlight, InstanceState otherState, double otherScore, int otherInFlight)
    {
        var here = new Uri("http://localhost");

        var rank = InstanceRank.Of(Instance(Flux, 0, here, state, score), inFlight);
        var other = InstanceRank.Of(Instance(Flux, 1, here, otherState, otherScore), otherInFlight);

        Assert.True(rank < other);
        Assert.False(other < rank);
    }

    [Fact]
    public async Task A_client_of_ComfyUI_stays_with_its_instance_and_clients_are_spread()
    {
        await using var a = await NamedServer.StartAsync("a", Token);
        await using var b = await NamedServer.StartAsync("b", Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = $"{a.Address},{b.Address}" });

        var answers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 2; i < 22; i++)
        {
            using var client = NamedServer.ClientFrom($"127.0.0.{i}", gateway.Flux);
            var answer = await client.GetStringAsync("settings", Token);
            answers.Add(answer);
            for (var j = 0; j < 3; j++) Assert.Equal(answer, await client.GetStringAsync("userdata", Token));
        }

        Assert.Equal(["a", "b"], answers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Requests_of_Stable_Diffusion_go_where_the_fewest_are_in_flight()
    {
        using var begun = new SemaphoreSlim(0);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var a = await NamedServer.StartHeldAsync("a", begun, mayEnd.Task, Token);
        await using var b = await NamedServer.StartHeldAsync("b", begun, mayEnd.Task, Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = $"{a.Address},{b.Address}" });
        using var client = gateway.Connect(gateway.StableDiffusion);

        var requests = new List<Task<string>>();
        for (var i = 0; i < 6; i++)
        {
            requests.Add(client.GetStringAsync("generate", Token));
            await begun.WaitAsync(Token);
        }

        mayEnd.SetResult();
        var answers = await Task.WhenAll(requests);
        Assert.Equal(3, answers.Count(answer => answer == "a"));
        Assert.Equal(3, answers.Count(answer => answer == "b"));
    }

    [Fact]
    public async Task Of_equally_busy_instances_the_lower_load_score_is_chosen()
    {
        await using var busy = await NamedServer.StartAsync("busy", Token);
        await using var idle = await NamedServer.StartAsync("idle", Token);
        await using var orchestrator = await FakeOrchestrator.StartAsync(
            Of(1, Instance(StableDiffusion, 0, busy.Address, loadScore: 0.8), Instance(StableDiffusion, 1, idle.Address, loadScore: 0.1)), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address);
        using var client = gateway.Connect(gateway.StableDiffusion);
        await Eventually.TrueAsync(async () => (await client.GetAsync("x", Token)).IsSuccessStatusCode, Token);

        for (var i = 0; i < 6; i++) Assert.Equal("idle", await client.GetStringAsync("x", Token));

        orchestrator.Publish(
            Of(2, Instance(StableDiffusion, 0, busy.Address, loadScore: 0.2), Instance(StableDiffusion, 1, idle.Address, loadScore: 0.9)));
        await Eventually.TrueAsync(async () => await client.GetStringAsync("x", Token) == "busy", Token);
    }
}
