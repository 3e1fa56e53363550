using FsCheck;
using FsCheck.Fluent;
using GenAI.Contracts.Access;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing.Sticky;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using static GenAI.Gateway.Tests.Fakes.Snapshots;

namespace GenAI.Gateway.Tests.Routing;

public sealed class StickyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>However the load lies, one instance has less than it may, and none may have much more than its share.</summary>
    [Fact]
    public void There_is_always_an_instance_with_a_place() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(ArbMap.Default.ArbFor<(NonEmptyArray<byte>, byte)>(), drawn =>
        {
            var (loads, floor) = (drawn.Item1.Get, Math.Max(1, drawn.Item2 / 10));
            var most = BoundedLoad.Most(loads.Sum(load => load), loads.Length, 1.25, floor);
            return loads.Any(load => load < most) && most <= Math.Max(floor, 1.25 * (loads.Sum(load => load) + 1) / loads.Length + 1);
        }));

    [Fact]
    public async Task A_session_named_by_a_header_stays_with_its_instance_from_wherever_it_comes()
    {
        await using var fleet = await Fleet.StartAsync(new() { ["GenAI:Gateway:Sticky:By"] = "header", ["GenAI:Gateway:Sticky:Header"] = "X-Studio" });

        var answers = new HashSet<string>(StringComparer.Ordinal);
        for (var session = 0; session < 20; session++)
        {
            var first = await AskAsync(fleet.Gateway, $"session-{session}", "127.0.0.2");
            answers.Add(first);
            for (var i = 3; i < 6; i++) Assert.Equal(first, await AskAsync(fleet.Gateway, $"session-{session}", $"127.0.0.{i}"));
        }

        Assert.Equal(["a", "b"], answers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_key_stays_with_its_instance_from_wherever_it_comes()
    {
        await using var a = await NamedServer.StartAsync("a", Token);
        await using var b = await NamedServer.StartAsync("b", Token);
        await using var keyed = KeyedGateway.Start(new() { ["FLUX_URL"] = $"{a.Address},{b.Address}" });

        var answers = new HashSet<string>(StringComparer.Ordinal);
        for (var key = 0; key < 12; key++)
        {
            var issued = await keyed.CreateKeyAsync(new CreateKeyRequest(), Token);
            var theirs = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 2; i < 5; i++)
            {
                using var client = NamedServer.ClientFrom($"127.0.0.{i}", keyed.Gateway.Flux);
                client.DefaultRequestHeaders.Add("X-API-Key", issued.Key);
                theirs.Add(await client.GetStringAsync("settings", Token));
            }

            answers.Add(Assert.Single(theirs));
        }

        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public async Task A_busy_session_does_not_overload_its_instance()
    {
        using var begun = new SemaphoreSlim(0);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var a = await NamedServer.StartHeldAsync("a", begun, mayEnd.Task, Token);
        await using var b = await NamedServer.StartHeldAsync("b", begun, mayEnd.Task, Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = $"{a.Address},{b.Address}",
            ["GenAI:Gateway:Sticky:Models:stable-diffusion-35"] = "address",
            ["GenAI:Gateway:Sticky:LoadFloor"] = "3",
        });
        using var client = gateway.Connect(gateway.StableDiffusion);

        var requests = new List<Task<string>>();
        for (var i = 0; i < 10; i++)
        {
            requests.Add(client.GetStringAsync("x", Token));
            await begun.WaitAsync(Token);
        }

        mayEnd.SetResult();
        var answers = await Task.WhenAll(requests);
        Assert.Single(answers[..3].Distinct());
        Assert.InRange(answers.CountBy(answer => answer).Max(pair => pair.Value), 3, 7);
    }

    [Fact]
    public async Task When_its_instance_drains_a_session_moves_and_it_comes_back_with_it()
    {
        await using var a = await NamedServer.StartAsync("a", Token);
        await using var b = await NamedServer.StartAsync("b", Token);
        Instance[] instances = [Instance(Flux, 0, a.Address), Instance(Flux, 1, b.Address)];
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(1, instances), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address);
        using var client = gateway.Connect(gateway.Flux);
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 1, Token);
        var home = await client.GetStringAsync("settings", Token);

        orchestrator.Publish(Of(2, instances[0] with { State = State("a") }, instances[1] with { State = State("b") }));
        await Eventually.TrueAsync(async () => await client.GetStringAsync("settings", Token) != home, Token);
        orchestrator.Publish(Of(3, instances));
        await Eventually.TrueAsync(async () => await client.GetStringAsync("settings", Token) == home, Token);

        InstanceState State(string name) => home == name ? InstanceState.Draining : InstanceState.Healthy;
    }

    private static async Task<string> AskAsync(TestGateway gateway, string session, string from)
    {
        using var client = NamedServer.ClientFrom(from, gateway.StableDiffusion);
        client.DefaultRequestHeaders.Add("X-Studio", session);
        return await client.GetStringAsync("x", Token);
    }

    private sealed class Fleet : IAsyncDisposable
    {
        private LocalServer? _a;
        private LocalServer? _b;

        public TestGateway Gateway { get; private set; } = null!;

        public static async Task<Fleet> StartAsync(Dictionary<string, string?> settings)
        {
            var fleet = new Fleet { _a = await NamedServer.StartAsync("a", Token), _b = await NamedServer.StartAsync("b", Token) };
            settings["SD35_URL"] = $"{fleet._a.Address},{fleet._b.Address}";
            fleet.Gateway = TestGateway.Start(settings: settings);
            return fleet;
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await _a!.DisposeAsync();
            await _b!.DisposeAsync();
        }
    }
}
