using System.Net;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.ComfyUI.Files;
using GenAI.Gateway.ComfyUI.Uploads;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Tests.Dispatch;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.Gateway.Tests.Jobs;

/// <summary>Two gateways on one PostgreSQL queue behave as one.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedQueueTests(PostgresServer server) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _started = [];
    private FakeComfyUI _comfy = null!;
    private string _database = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync(Cancelled);
        _comfy = await FakeComfyUI.StartAsync(Cancelled);
        _comfy.Automatic = false;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var started in Enumerable.Reverse(_started)) await started.DisposeAsync();
        if (_comfy is not null) await _comfy.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Counts_and_places_are_those_of_the_whole_queue_and_an_instance_has_one_job_of_all()
    {
        var (one, other) = (Start(_comfy), Start(_comfy));
        var jobs = new List<Job>();
        for (var i = 0; i < 4; i++) jobs.Add((await (i % 2 == 0 ? one : other).Desk.SubmitAsync(Submissions.ComfyUI(i), Cancelled)).Job!);
        await Eventually.TrueAsync(() => _comfy.Running.Count == 1 && one.Desk.CountOpen() == 4 && other.Desk.CountOpen() == 4, Cancelled);
        await Eventually.TrueAsync(() => Places(one).SequenceEqual([0, 1, 2, 3]) && Places(other).SequenceEqual([0, 1, 2, 3]), Cancelled);

        for (var i = 0; i < 4; i++)
        {
            await Eventually.TrueAsync(() => _comfy.Running.Count == 1, Cancelled);
            await _comfy.FinishAsync(_comfy.Running.Keys.Single());
        }

        foreach (var job in jobs)
        {
            Assert.Equal(JobState.Completed, (await one.Desk.WaitForEndAsync(job.Id, Cancelled)).State);
            Assert.Equal(JobState.Completed, (await other.Desk.WaitForEndAsync(job.Id, Cancelled)).State);
        }

        Assert.Equal(4, _comfy.Prompts.Count);
        Assert.Equal((0, 0), (one.Desk.CountOpen(), other.Desk.CountOpen()));

        IEnumerable<int> Places(TestGateway gateway) => jobs.Select(job => gateway.Desk.OutlookOf(job.Id)?.Position ?? -1).Order();
    }

    [Fact]
    public async Task Many_jobs_of_both_gateways_run_once_each_over_all_instances()
    {
        FakeComfyUI[] instances = [_comfy, await FakeComfyUI.StartAsync(Cancelled), await FakeComfyUI.StartAsync(Cancelled)];
        _started.AddRange(instances[1..]);
        _comfy.Automatic = true;
        TestGateway[] gateways = [Start(instances), Start(instances)];
        var jobs = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i => (await gateways[i % 2].Desk.SubmitAsync(Submissions.ComfyUI(i), Cancelled)).Job!));
        foreach (var job in jobs) Assert.Equal(JobState.Completed, (await gateways[1].Desk.WaitForEndAsync(job.Id, Cancelled)).State);
        Assert.Equal(jobs.Select(job => job.Id).Order(), instances.SelectMany(instance => instance.Completed).Order());
    }

    [Fact]
    public async Task A_client_of_one_gateway_is_told_of_the_job_that_the_other_runs()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync(Snapshots.Of(1, Snapshots.Instance(Snapshots.Flux, 0, _comfy.Address, InstanceState.Unhealthy)), Cancelled);
        // This one takes jobs, and believes that nobody can run them.
        var one = Start(new Dictionary<string, string?> { ["GenAI:Orchestrator:Url"] = orchestrator.Address.ToString().TrimEnd('/') });
        await Eventually.TrueAsync(() => one.Fleet.Current.Snapshot.Version == 1, Cancelled);
        await using var client = new ComfyClient(one.Flux);
        await client.ConnectAsync();
        var id = await client.SubmitAsync(ComfyClient.Graph());
        var other = Start(_comfy);

        await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(id), Cancelled);
        await client.UntilStateAsync(id, "running");
        await Eventually.TrueAsync(() => other.Services.GetRequiredService<IJobJournal>().HasListeners, Cancelled);
        await _comfy.SayAsync(id, "executing", new JsonObject { ["node"] = "3" });
        await _comfy.SayAsync(id, "progress", new JsonObject { ["node"] = "3", ["value"] = 1, ["max"] = 2 });
        await Eventually.TrueAsync(() => client.Told(id) is ["executing 3", "progress"], Cancelled);
        Assert.Equal(1, (await client.GetAsync("prompt"))["exec_info"]!["queue_remaining"]!.GetValue<int>());
        await _comfy.FinishAsync(id);
        await client.UntilFinishedAsync(id);

        Assert.Equal(["executed", "execution_success", "finished"], client.Told(id)[^3..]);
        var output = (await client.EndAsync(id))["outputs"]!["image"]!["images"]![0]!;
        using var picture = await client.Http.GetAsync($"view?filename={Uri.EscapeDataString($"{output["filename"]}")}&subfolder={Uri.EscapeDataString($"{output["subfolder"]}")}&type={output["type"]}", Cancelled);
        Assert.Equal(TestPng.Of(1), await picture.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task A_job_is_cancelled_through_whichever_gateway()
    {
        var (one, other) = (Start(_comfy), Start(_comfy));
        var running = (await one.Desk.SubmitAsync(Submissions.ComfyUI(1), Cancelled)).Job!;
        await Eventually.TrueAsync(() => _comfy.Running.Count == 1, Cancelled);
        var waiting = (await one.Desk.SubmitAsync(Submissions.ComfyUI(2), Cancelled)).Job!;
        await Eventually.TrueAsync(() => one.Desk.CountOpen() == 2 && other.Desk.CountOpen() == 2, Cancelled);

        // Whichever of the two runs it, it is not the one for both.
        Assert.True(await other.Desk.CancelAsync(waiting.Id, Cancelled));
        await Eventually.TrueAsync(() => one.Desk.CountOpen() == 1, Cancelled);
        var second = (await other.Desk.SubmitAsync(Submissions.ComfyUI(3), Cancelled)).Job!;
        await Eventually.TrueAsync(() => one.Desk.CountOpen() == 2, Cancelled);
        foreach (var (gateway, job) in new[] { (one, running), (other, second) })
        {
            await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(job.Id), Cancelled);
            var notRunner = one.Services.GetRequiredService<InstanceJobs>().Count("flux-1-dev-0") == 1 ? other : one;
            Assert.True(await notRunner.Desk.CancelAsync(job.Id, Cancelled));
            Assert.Equal(JobState.Cancelled, (await gateway.Desk.WaitForEndAsync(job.Id, Cancelled)).State);
        }

        Assert.Equal([running.Id, second.Id], _comfy.Interrupted);
        Assert.Equal(2, _comfy.Prompts.Count);
    }

    [Fact]
    public async Task An_idempotency_key_names_one_job_at_both_gateways()
    {
        var (one, other) = (Start(_comfy), Start(_comfy));
        var keyed = Submissions.ComfyUI() with { IdempotencyKey = "k" };
        var first = (await one.Desk.SubmitAsync(keyed, Cancelled)).Job!;
        var again = (await other.Desk.SubmitAsync(keyed, Cancelled)).Job!;
        Assert.Equal(first.Id, again.Id);
        await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(first.Id), Cancelled);
        await _comfy.FinishAsync(first.Id);
        Assert.Equal(JobState.Completed, (await other.Desk.WaitForEndAsync(first.Id, Cancelled)).State);
    }

    [Fact]
    public async Task A_file_that_was_uploaded_through_one_gateway_is_there_at_the_other_as_it_is_now()
    {
        var (one, other) = (Start(_comfy).Services.GetRequiredService<UploadStore>(), Start(_comfy).Services.GetRequiredService<UploadStore>());
        var name = new FileName("input", "", "cat.png");
        Assert.Null(await other.FindAsync("a", name, Cancelled));
        await one.SaveAsync("a", name, overwrite: false, new MemoryStream([1]), Cancelled);
        Assert.NotNull(await other.FindAsync("a", name, Cancelled));
        Assert.Equal("cat (1).png", (await other.SaveAsync("a", name, overwrite: false, new MemoryStream([2]), Cancelled)).Name);
        var saved = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            (await (i % 2 == 0 ? one : other).SaveAsync("a", name, overwrite: false, new MemoryStream([3, (byte)i]), Cancelled)).Name));
        Assert.Equal(20, saved.Distinct().Count());
    }

    [Fact]
    public async Task A_gateway_that_is_killed_leaves_its_running_job_to_another_which_finds_it_again()
    {
        var ports = FreePorts.Take(4);
        await using var victim = ServerProcess.StartGateway(ports, _folder.Path, ["--API_AUTH_ENABLED=false", "--GenAI:Gateway:Access:AllowAnonymousInProduction=true", .. Settings(_comfy).Select(setting => $"--{setting.Key}={setting.Value}")]);
        await using var client = new ComfyClient(new Uri($"http://127.0.0.1:{ports[1]}"));
        await Eventually.TrueAsync(async () => await AnswersAsync(client), Cancelled, TimeSpan.FromMinutes(2), $"the gateway answers: {victim.Output}");
        var (running, waiting) = (await client.SubmitAsync(ComfyClient.Graph(1)), await client.SubmitAsync(ComfyClient.Graph(2)));
        await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(running), Cancelled);
        var heir = Start(_comfy);
        Assert.Equal(2, heir.Desk.CountOpen());

        victim.Kill();
        await Eventually.TrueAsync(() => heir.Log.Lines.Any(line => line.Contains("Took over 1 ", StringComparison.Ordinal)), Cancelled, TimeSpan.FromMinutes(1));
        await _comfy.FinishAsync(running);
        Assert.Equal(JobState.Completed, (await heir.Desk.WaitForEndAsync(running, Cancelled)).State);
        await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(waiting), Cancelled);
        await _comfy.FinishAsync(waiting);
        Assert.Equal(JobState.Completed, (await heir.Desk.WaitForEndAsync(waiting, Cancelled)).State);
        Assert.Equal([running, waiting], _comfy.Prompts.Select(prompt => prompt["prompt_id"]!.ToString()));
    }

    [Fact]
    public async Task While_the_database_is_away_clients_are_asked_to_come_again_and_what_was_accepted_is_finished_after()
    {
        var (one, other) = (Start(_comfy), Start(_comfy));
        await using var client = new ComfyClient(one.Flux);
        var running = await client.SubmitAsync(ComfyClient.Graph(1));
        await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(running), Cancelled);
        await client.UntilStateAsync(running, "running");

        await server.StopAsync(Cancelled);
        using (var refused = await client.PostAsync("prompt", new JsonObject { ["prompt"] = ComfyClient.Graph(2) }))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        using (var unread = await client.Http.GetAsync("history", Cancelled)) Assert.Equal(HttpStatusCode.ServiceUnavailable, unread.StatusCode);
        await _comfy.FinishAsync(running);
        await server.StartAgainAsync(Cancelled);

        Assert.Equal(JobState.Completed, (await other.Desk.WaitForEndAsync(running, Cancelled)).State);
        var next = (await other.Desk.SubmitAsync(Submissions.ComfyUI(3), Cancelled)).Job!;
        await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(next.Id) && one.Desk.CountOpen() == 1, Cancelled);
        await _comfy.FinishAsync(next.Id);
        Assert.Equal(JobState.Completed, (await one.Desk.WaitForEndAsync(next.Id, Cancelled)).State);
        Assert.Equal([running, next.Id], _comfy.Prompts.Select(prompt => prompt["prompt_id"]!.ToString()));
    }

    private static async Task<bool> AnswersAsync(ComfyClient client)
    {
        try
        {
            return (await client.Http.GetAsync("queue", Cancelled)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private TestGateway Start(params FakeComfyUI[] instances) => Start(Settings(instances));

    private TestGateway Start(Dictionary<string, string?> settings)
    {
        foreach (var (key, value) in Settings()) settings.TryAdd(key, value);
        var gateway = TestGateway.Start(settings: settings);
        _started.Add(gateway);
        return gateway;
    }

    private Dictionary<string, string?> Settings(params FakeComfyUI[] instances)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:jobs"] = _database,
            ["GenAI:Gateway:Jobs:Folder"] = _folder.Path,
            ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.5",
            ["GenAI:Gateway:Dispatch:Lease"] = "00:00:03",
            ["GenAI:Gateway:Dispatch:DrainLimit"] = "00:00:00",
        };
        if (instances.Length > 0) settings["FLUX_URL"] = string.Join(',', instances.Select(instance => instance.Address.ToString().TrimEnd('/')));
        return settings;
    }
}
