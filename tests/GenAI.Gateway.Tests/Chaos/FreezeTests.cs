using System.Text.Json.Nodes;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal.Sqlite;
using GenAI.Gateway.Tests.Dispatch;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Chaos;

/// <summary>Processes that stand still, with every connection open, and go on later.</summary>
public sealed class FreezeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_job_of_an_instance_that_hangs_goes_to_another_and_is_stopped_when_the_instance_goes_on()
    {
        await using var slow = new ChaosServer($"{Snapshots.Flux}-0", _folder);
        await using var quick = new ChaosServer($"{Snapshots.Flux}-1", _folder);
        slow.Start("--ModelServer:Models:LoadTime=00:05:00");
        quick.Start();
        await slow.AnswersAsync();
        await quick.AnswersAsync();
        await using var orchestrator = await FakeOrchestrator.StartAsync(Snapshots.Of(1, InstanceOf(slow, 0)), Cancelled);
        await using var gateway = TestGateway.Start(orchestrator.Address, new()
        {
            ["GenAI:Gateway:Dispatch:HangLimit"] = "00:00:10",
            ["GenAI:Gateway:Dispatch:CallLimit"] = "00:00:02",
            ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.5",
        });
        await using var client = new ComfyClient(gateway.Flux);
        await client.ConnectAsync();
        var id = await client.SubmitAsync(Graph("picture"));
        await Eventually.TrueAsync(() => client.Told(id).Contains("executing 4"), Cancelled);

        await slow.Process.FreezeAsync(Cancelled);
        orchestrator.Publish(Snapshots.Of(2, InstanceOf(slow, 0), InstanceOf(quick, 1)));
        await client.UntilFinishedAsync(id);
        var end = await client.EndAsync(id);
        await slow.Process.ThawAsync(Cancelled);
        var stale = await Eventually.NotNullAsync(async () => (await HistoryAsync(slow, id))[id], Cancelled);

        Assert.Contains("execution_interrupted", stale["status"]!["messages"]!.ToJsonString());
        Assert.Empty(slow.Completions());
        Assert.Single(quick.Completions());
        var job = (await gateway.Desk.FindAsync(id, Cancelled))!;
        Assert.Equal([(slow.Id, true), (quick.Id, false)], job.Attempts.Select(attempt => (attempt.Instance, attempt.IsDeath)));
        Assert.Equal(end.ToJsonString(), (await client.EndAsync(id)).ToJsonString());
        Assert.Single(client.Told(id), "execution_success");
    }

    [Fact]
    public async Task A_gateway_that_stood_still_goes_on_with_its_clients_and_jobs_as_they_were()
    {
        var ports = FreePorts.Take(4);
        await using var first = new ChaosServer($"{Snapshots.Flux}-0", _folder);
        await using var second = new ChaosServer($"{Snapshots.Flux}-1", _folder);
        ChaosServer[] servers = [first, second];
        foreach (var server in servers) server.Start("--ModelServer:Models:StepTime=00:00:00.05");
        await using var gateway = ServerProcess.StartGateway(ports, _folder.Combine("gateway"),
        [
            $"--FLUX_URL={first.Address.ToString().TrimEnd('/')},{second.Address.ToString().TrimEnd('/')}",
            "--GENAI_ENVIRONMENT=development", "--API_AUTH_ENABLED=false",
            // However long the instances take.
            "--GenAI:ComfyUI:Sockets:PingTimeout=00:10:00",
        ]);
        foreach (var server in servers) await server.AnswersAsync();
        await Answering.AnswersAsync(new Uri($"http://127.0.0.1:{ports[1]}/queue"), gateway);
        using var client = new ChaosClient(new Uri($"http://127.0.0.1:{ports[1]}/"), 0, supportsPreviewMetadata: true);
        var running = client.RunAsync(8, steps: 20, Cancelled);
        await Eventually.TrueAsync(() => client.Over >= 2, Cancelled);

        await gateway.FreezeAsync(Cancelled);
        // The instances run out of work meanwhile.
        foreach (var server in servers) await Eventually.TrueAsync(async () => await IsIdleAsync(server), Cancelled);
        await gateway.ThawAsync(Cancelled);
        await running.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, Cancelled);
        foreach (var ended in client.Jobs) await client.CheckAsync(ended, Cancelled);
        gateway.Kill();

        Assert.Equal(1, client.Connections);
        Assert.Equal(8, servers.Sum(server => server.Completions().Count()));
        await using var journal = new SqliteJournal(_folder.Combine("gateway", "jobs.db"));
        await journal.OpenAsync(Cancelled);
        Assert.All((await journal.ListAsync(new JobQuery(), Cancelled)).Jobs, job => Assert.Single(job.Attempts));
    }

    [Fact]
    public async Task Nobody_is_blamed_for_the_silence_of_a_gateway_that_stood_still()
    {
        var clock = new JumpingTimeProvider();
        var review = TimeSpan.FromMilliseconds(53);
        await using var comfy = await FakeComfyUI.StartAsync(Cancelled);
        comfy.Automatic = false;
        await using var gateway = TestGateway.Start(clock: clock, settings: new()
        {
            ["FLUX_URL"] = comfy.Address.ToString(),
            ["GenAI:Gateway:Dispatch:ReviewInterval"] = $"{review}",
        });
        var (job, _) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI(), Cancelled);
        await Eventually.TrueAsync(() => comfy.Running.ContainsKey(job!.Id), Cancelled);

        clock.StandStill(TimeSpan.FromHours(1));
        var ticks = clock.Ticks(review);
        await Eventually.TrueAsync(() => clock.Ticks(review) >= ticks + 2, Cancelled);
        // What is told later is heard later: the gateway has looked at its limits.
        var (next, _) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI(), Cancelled);
        Assert.True(await gateway.Desk.CancelAsync(next!.Id, Cancelled));
        await comfy.SayAsync(job!.Id, "progress", new() { ["node"] = "sample", ["value"] = 1, ["max"] = 2 });
        await comfy.FinishAsync(job.Id);

        var ended = await gateway.Desk.WaitForEndAsync(job.Id, Cancelled);
        Assert.Equal((JobState.Completed, 1), (ended.State, ended.Attempts.Length));
    }

    private static GenAI.Contracts.Instances.Instance InstanceOf(ChaosServer server, int number) => Snapshots.Instance(Snapshots.Flux, number, server.Address);

    private static JsonObject Graph(string prefix)
    {
        var graph = ComfyClient.Graph();
        graph["9"]!["inputs"]!["filename_prefix"] = prefix;
        return graph;
    }

    private static async Task<JsonObject> HistoryAsync(ChaosServer server, string id)
    {
        using var http = new HttpClient();
        return (JsonObject)JsonNode.Parse(await http.GetStringAsync(new Uri(server.Address, $"history/{id}"), Cancelled))!;
    }

    private static async Task<bool> IsIdleAsync(ChaosServer server)
    {
        using var http = new HttpClient();
        var queue = JsonNode.Parse(await http.GetStringAsync(new Uri(server.Address, "queue"), Cancelled))!;
        return queue["queue_running"]!.AsArray().Count + queue["queue_pending"]!.AsArray().Count == 0;
    }
}
