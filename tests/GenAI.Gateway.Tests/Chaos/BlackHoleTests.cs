using GenAI.Gateway.Access;
using GenAI.Gateway.ComfyUI.Sockets;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.Gateway.Tests.Chaos;

/// <summary>Connections that stay open and carry nothing.</summary>
public sealed class BlackHoleTests : IAsyncLifetime
{
    private readonly List<FakeComfyUI> _instances = [];
    private readonly List<BlackHole> _holes = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            _instances.Add(await FakeComfyUI.StartAsync(Cancelled));
            _instances[i].Automatic = false;
            _holes.Add(new BlackHole(_instances[i].Address));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hole in _holes) await hole.DisposeAsync();
        foreach (var instance in _instances) await instance.DisposeAsync();
    }

    [Fact]
    public async Task A_job_whose_instance_vanishes_from_the_network_goes_to_another_and_is_stopped_when_it_is_back()
    {
        await using var gateway = Start();
        await using var client = new ComfyClient(gateway.Flux);
        await client.ConnectAsync();
        var id = await client.SubmitAsync(ComfyClient.Graph());
        var first = await WithJobAsync(id);
        _holes[first].Swallow();
        var second = 1 - first;
        await Eventually.TrueAsync(() => _instances[second].Running.ContainsKey(id), Cancelled);
        await _instances[second].FinishAsync(id);
        await client.UntilFinishedAsync(id);
        var end = await client.EndAsync(id);

        _holes[first].Restore();
        await Eventually.TrueAsync(() => _instances[first].Interrupted.Contains(id), Cancelled);
        Assert.Equal(end.ToJsonString(), (await client.EndAsync(id)).ToJsonString());
        var job = (await gateway.Desk.FindAsync(id, Cancelled))!;
        Assert.Equal((JobState.Completed, 2), (job.State, job.Attempts.Length));
        Assert.Contains("out of reach", job.Attempts[0].Reason);
        Assert.Single(client.Told(id), "finished");
    }

    [Fact]
    public async Task Jobs_that_an_instance_without_a_word_was_given_are_made_by_another()
    {
        _holes[0].Swallow();
        await using var gateway = Start();
        await using var client = new ComfyClient(gateway.Flux);
        await client.ConnectAsync();
        string[] ids = [await client.SubmitAsync(ComfyClient.Graph(1)), await client.SubmitAsync(ComfyClient.Graph(2))];
        await Eventually.TrueAsync(() => gateway.Desk.ListOpen().All(job => job.State != JobState.Queued), Cancelled);
        var silent = gateway.Desk.ListOpen().Single(job => job.Instance == $"{Snapshots.Flux}-0").Id;

        // Dispatched is not arrived.
        await Eventually.TrueAsync(() => !_instances[1].Running.IsEmpty, Cancelled);
        _instances[1].Automatic = true;
        await _instances[1].FinishAsync(ids.Single(id => id != silent));
        foreach (var id in ids) await client.UntilFinishedAsync(id);
        Assert.Equal(ids.Order(), _instances[1].Completed.Order());
        Assert.Equal([0, 1], (await gateway.Desk.FindAsync(silent, Cancelled))!.Attempts.Select(attempt => attempt.Instance[^1] - '0'));
        Assert.Empty(_instances[0].Prompts);
    }

    [Fact]
    public async Task A_client_that_vanishes_is_given_up_while_the_others_hear_of_theirs_and_is_told_when_it_comes_back()
    {
        await using var gateway = Start(("GenAI:ComfyUI:Sockets:PingInterval", "00:00:01"), ("GenAI:ComfyUI:Sockets:PingTimeout", "00:00:04"));
        await using var hole = new BlackHole(gateway.Flux);
        await using var gone = new ComfyClient(hole.Address, "gone");
        await using var there = new ComfyClient(gateway.Flux, "there");
        await gone.ConnectAsync();
        await there.ConnectAsync();
        var (lost, seen) = (await gone.SubmitAsync(ComfyClient.Graph(1)), await there.SubmitAsync(ComfyClient.Graph(2)));
        hole.Swallow();
        await _instances[await WithJobAsync(lost)].FinishAsync(lost);
        await _instances[await WithJobAsync(seen)].FinishAsync(seen);
        await there.UntilFinishedAsync(seen);

        var sessions = gateway.Services.GetRequiredService<SocketSessions>();
        await Eventually.TrueAsync(() => sessions.Find(new SocketKey(Caller.AnonymousId, Snapshots.Flux, "gone")) is null, Cancelled);
        Assert.NotNull(sessions.Find(new SocketKey(Caller.AnonymousId, Snapshots.Flux, "there")));
        await using var back = new ComfyClient(gateway.Flux, "gone");
        await back.ConnectAsync();
        await back.UntilFinishedAsync(lost);
        Assert.Contains("execution_success", back.Told(lost));
    }

    private async Task<int> WithJobAsync(string id)
    {
        await Eventually.TrueAsync(() => _instances.Any(instance => instance.Running.ContainsKey(id)), Cancelled);
        return _instances.FindIndex(instance => instance.Running.ContainsKey(id));
    }

    private TestGateway Start(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["FLUX_URL"] = string.Join(',', _holes.Select(hole => hole.Address.ToString().TrimEnd('/'))),
            ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.3",
            ["GenAI:Gateway:Dispatch:ReviewInterval"] = "00:00:00.2",
            ["GenAI:Gateway:Dispatch:CallLimit"] = "00:00:01",
            ["GenAI:Gateway:Dispatch:UnreachableLimit"] = "00:00:02",
            ["GenAI:ComfyUI:InstanceTimeout"] = "00:00:01",
        };
        foreach (var (name, value) in settings) all[name] = value;
        return TestGateway.Start(settings: all);
    }
}
