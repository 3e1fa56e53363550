using System.Net;
using System.Text.Json.Nodes;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.ComfyUI;

/// <summary>What a caller sees of the fleet, and what it can do to it.</summary>
public sealed class OwnJobsTests : IAsyncLifetime
{
    private FakeComfyUI _comfy = null!;
    private KeyedGateway _gateway = null!;
    private ComfyClient _anna = null!;
    private ComfyClient _ben = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _comfy = await FakeComfyUI.StartAsync(Cancelled);
        _comfy.Automatic = false;
        _gateway = KeyedGateway.Start(new() { ["FLUX_URL"] = _comfy.Address.ToString(), ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.2" });
        _anna = new ComfyClient(_gateway.Gateway.Flux, key: (await _gateway.CreateKeyAsync(new(), Cancelled)).Key);
        _ben = new ComfyClient(_gateway.Gateway.Flux, key: (await _gateway.CreateKeyAsync(new(), Cancelled)).Key);
    }

    public async ValueTask DisposeAsync()
    {
        await _anna.DisposeAsync();
        await _ben.DisposeAsync();
        await _gateway.DisposeAsync();
        await _comfy.DisposeAsync();
    }

    [Fact]
    public async Task Each_sees_its_own_jobs_and_how_many_there_are_in_all()
    {
        var running = await RunningAsync(_anna);
        var waiting = await _ben.SubmitAsync(ComfyClient.Graph(2));

        var (anna, ben) = (await _anna.GetAsync("queue"), await _ben.GetAsync("queue"));

        Assert.Equal(running, Assert.Single(anna["queue_running"]!.AsArray())![1]!.ToString());
        Assert.Empty(anna["queue_pending"]!.AsArray());
        Assert.Empty(ben["queue_running"]!.AsArray());
        Assert.Equal(waiting, Assert.Single(ben["queue_pending"]!.AsArray())![1]!.ToString());
        Assert.Equal(2, (await _ben.GetAsync("prompt"))["exec_info"]!["queue_remaining"]!.GetValue<int>());
        using var other = await _ben.Http.GetAsync($"api/jobs/{running}", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task Nobody_stops_or_deletes_what_is_anothers()
    {
        var running = await RunningAsync(_anna);
        var waiting = await _anna.SubmitAsync(ComfyClient.Graph(2));

        foreach (var (path, body) in Attacks(running, waiting)) (await _ben.PostAsync(path, body)).EnsureSuccessStatusCode().Dispose();

        Assert.Equal("in_progress", (await _anna.JobAsync(running))["status"]!.ToString());
        Assert.Equal("pending", (await _anna.JobAsync(waiting))["status"]!.ToString());
        Assert.Empty(_comfy.Interrupted);
    }

    [Fact]
    public async Task Interrupt_stops_what_runs_and_delete_takes_out_what_waits()
    {
        var running = await RunningAsync(_anna);
        var (first, second) = (await _anna.SubmitAsync(ComfyClient.Graph(2)), await _anna.SubmitAsync(ComfyClient.Graph(3)));

        (await _anna.PostAsync("queue", new JsonObject { ["delete"] = new JsonArray(first, running) })).EnsureSuccessStatusCode().Dispose();
        Assert.Equal("cancelled", (await _anna.JobAsync(first))["status"]!.ToString());
        Assert.Equal("in_progress", (await _anna.JobAsync(running))["status"]!.ToString());
        (await _anna.PostAsync("interrupt", new JsonObject { ["prompt_id"] = second })).EnsureSuccessStatusCode().Dispose();
        Assert.Equal("pending", (await _anna.JobAsync(second))["status"]!.ToString());
        (await _anna.PostAsync("queue", new JsonObject { ["clear"] = 1 })).EnsureSuccessStatusCode().Dispose();
        Assert.Equal("cancelled", (await _anna.JobAsync(second))["status"]!.ToString());
        using var interrupted = await _anna.Http.PostAsync("interrupt", null, Cancelled);
        interrupted.EnsureSuccessStatusCode();

        Assert.Equal("cancelled", (await _anna.JobAsync(running))["status"]!.ToString());
        Assert.Equal([running], _comfy.Interrupted);
    }

    [Fact]
    public async Task Waiting_running_ended_and_unknown_are_told_apart()
    {
        var running = await RunningAsync(_anna);
        var waiting = await _anna.SubmitAsync(ComfyClient.Graph(2));

        Assert.Equal(("running", 0), (await StateAsync(running), await PositionAsync(running)));
        Assert.Equal(("queued", 1), (await StateAsync(waiting), await PositionAsync(waiting)));
        await _comfy.FinishAsync(running, "out of memory");
        var failed = await _anna.EndAsync(running);
        Assert.Equal(("error", false), (failed["status"]!["status_str"]!.ToString(), failed["status"]!["completed"]?.GetValue<bool>() == true));
        var job = await _anna.JobAsync(running);
        Assert.Equal("failed", job["status"]!.ToString());
        var times = Assert.Single(job["genai"]!["attempts"]!.AsArray())!;
        long[] inOrder = [.. new[] { "dispatched_time", "started_time", "end_time" }.Select(time => times[time]!.GetValue<long>())];
        Assert.Equal(inOrder.Order(), inOrder);
        Assert.Empty(await _anna.GetAsync($"history/{waiting}"));
        using var unknown = await _anna.Http.GetAsync($"api/jobs/{Guid.NewGuid()}", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        async Task<string> StateAsync(string id) => (await _anna.JobAsync(id))["genai"]!["state"]!.ToString();
        async Task<int> PositionAsync(string id) => (await _anna.JobAsync(id))["genai"]!["position"]!.GetValue<int>();
    }

    [Fact]
    public async Task The_history_is_paged_and_cleared_for_its_owner_alone()
    {
        _comfy.Automatic = true;
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await _anna.SubmitAsync(ComfyClient.Graph(i)));
            await _anna.EndAsync(ids[^1]);
        }

        var others = await _ben.SubmitAsync(ComfyClient.Graph(9));
        await _ben.EndAsync(others);

        Assert.Equal(ids, (await _anna.GetAsync("history")).Select(entry => entry.Key));
        Assert.Equal(ids[2..], (await _anna.GetAsync("history?max_items=2")).Select(entry => entry.Key));
        Assert.Equal(ids[1..3], (await _anna.GetAsync("history?max_items=2&offset=1")).Select(entry => entry.Key));
        (await _anna.PostAsync("history", new JsonObject { ["delete"] = new JsonArray(ids[0], others) })).EnsureSuccessStatusCode().Dispose();
        Assert.Equal(ids[1..], (await _anna.GetAsync("history")).Select(entry => entry.Key));
        (await _anna.PostAsync("history", new JsonObject { ["clear"] = true })).EnsureSuccessStatusCode().Dispose();
        Assert.Empty(await _anna.GetAsync("history"));
        Assert.Equal([others], (await _ben.GetAsync("history")).Select(entry => entry.Key));
    }

    [Fact]
    public async Task Jobs_are_found_by_the_workflow_that_the_page_sent()
    {
        var workflow = new JsonObject { ["extra_data"] = new JsonObject { ["extra_pnginfo"] = new JsonObject { ["workflow"] = new JsonObject { ["id"] = "w-7" } } } };
        var job = await _anna.SubmitAsync(ComfyClient.Graph(1), workflow);
        await _anna.SubmitAsync(ComfyClient.Graph(2));

        var found = Assert.Single((await _anna.GetAsync("api/jobs?workflow_id=w-7"))["jobs"]!.AsArray())!;

        Assert.Equal((job, "w-7"), (found["id"]!.ToString(), found["workflow_id"]!.ToString()));
        Assert.Empty((await _anna.GetAsync("api/jobs?workflow_id=w-8"))["jobs"]!.AsArray());
    }

    [Fact]
    public async Task The_jobs_api_filters_pages_and_cancels()
    {
        var running = await RunningAsync(_anna);
        var waiting = new List<string>();
        for (var i = 0; i < 3; i++) waiting.Add(await _anna.SubmitAsync(ComfyClient.Graph(i + 2)));

        var page = await _anna.GetAsync("api/jobs?status=pending&sort_order=asc&limit=2");

        Assert.Equal(waiting[..2], page["jobs"]!.AsArray().Select(job => job!["id"]!.ToString()));
        Assert.Equal((3, true), (page["pagination"]!["total"]!.GetValue<int>(), page["pagination"]!["has_more"]!.GetValue<bool>()));
        using var cancelled = await _anna.Http.PostAsync($"api/jobs/{waiting[0]}/cancel", null, Cancelled);
        Assert.Equal("""{"cancelled":true}""", await cancelled.Content.ReadAsStringAsync(Cancelled));
        using var many = await _anna.PostAsync("api/jobs/cancel", new JsonObject { ["job_ids"] = new JsonArray(waiting[1], running) });
        Assert.Equal("""{"cancelled":true}""", await many.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(
            new[] { running, waiting[0], waiting[1] }.Order(),
            (await _anna.GetAsync("api/jobs?status=cancelled"))["jobs"]!.AsArray().Select(job => job!["id"]!.ToString()).Order());
        using var bad = await _anna.Http.GetAsync("api/jobs?status=lazy", Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Contains("lazy", await bad.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    private static (string Path, JsonObject Body)[] Attacks(string running, string waiting) =>
    [
        ("interrupt", []), ("interrupt", new JsonObject { ["prompt_id"] = running }),
        ("queue", new JsonObject { ["clear"] = true }), ("queue", new JsonObject { ["delete"] = new JsonArray(running, waiting) }),
        ("api/jobs/cancel", new JsonObject { ["job_ids"] = new JsonArray(running, waiting) }), ("history", new JsonObject { ["clear"] = true }),
    ];

    private static async Task<string> RunningAsync(ComfyClient client)
    {
        var id = await client.SubmitAsync(ComfyClient.Graph());
        await client.UntilStateAsync(id, "running");
        return id;
    }
}
