using System.Text.Json.Nodes;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class JobsApiTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_of_every_status_are_listed_filtered_sorted_and_paged()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        var completed = await server.Http.SubmitAsync(Workflows.Plain(), members: WorkflowId("w-7"));
        await server.Http.WaitAsync(completed);
        var failed = await server.Http.SubmitAsync(Workflows.Plain(prefix: "../x"));
        await server.Http.WaitAsync(failed);
        var cancelled = await RunUntilLoadingAsync(server);
        await server.Http.PostJsonAsync("interrupt", new JsonObject());
        await server.Http.WaitAsync(cancelled);
        var running = await RunUntilLoadingAsync(server);
        var pending = await server.Http.SubmitAsync(Workflows.Plain());

        Assert.Equal(
            [(completed, "completed"), (failed, "failed"), (cancelled, "cancelled"), (running, "in_progress"), (pending, "pending")],
            (await ListAsync(server, "?sort_order=asc")).OrderBy(job => Array.IndexOf([completed, failed, cancelled, running, pending], job.Id)));
        Assert.Equal([(running, "in_progress")], await ListAsync(server, "?status=in_progress"));
        Assert.Equal(2, (await ListAsync(server, "?status=failed,completed")).Count);
        Assert.Equal([(completed, "completed")], await ListAsync(server, "?workflow_id=w-7"));
        var page = await server.Http.GetJsonAsync("api/jobs?limit=2&offset=1");
        Assert.Equal(2, page["jobs"]!.AsArray().Count);
        Assert.True(JsonNode.DeepEquals(
            new JsonObject { ["offset"] = 1, ["limit"] = 2, ["total"] = 5, ["has_more"] = true }, page["pagination"]));
    }

    [Fact]
    public async Task A_job_has_its_times_outputs_and_workflow()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var id = await server.Http.SubmitAsync(Workflows.Plain(), members: WorkflowId("w-7"));
        await server.Http.WaitAsync(id);

        var job = await server.Http.GetJsonAsync($"api/jobs/{id}");

        Assert.Equal("completed", job["status"]!.GetValue<string>());
        Assert.Equal(1, job["outputs_count"]!.GetValue<int>());
        Assert.True(job["execution_end_time"]!.GetValue<long>() >= job["execution_start_time"]!.GetValue<long>());
        Assert.Equal("plain_00001_.png", job["preview_output"]!["filename"]!.GetValue<string>());
        Assert.Equal("2", job["preview_output"]!["nodeId"]!.GetValue<string>());
        Assert.Equal("w-7", job["workflow_id"]!.GetValue<string>());
        Assert.NotNull(job["outputs"]!["2"]);
        Assert.True(JsonNode.DeepEquals(Workflows.Plain(), job["workflow"]!["prompt"]));
    }

    [Fact]
    public async Task An_unknown_job_is_not_found()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await server.Http.GetAsync($"api/jobs/{Guid.NewGuid()}", Cancel);

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("Job not found", JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["error"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("?status=done", "Invalid status value(s): done")]
    [InlineData("?sort_by=name", "sort_by")]
    [InlineData("?sort_order=up", "sort_order")]
    [InlineData("?limit=0", "positive")]
    [InlineData("?limit=ten", "limit must be an integer")]
    [InlineData("?offset=x", "offset must be an integer")]
    public async Task A_bad_query_is_refused(string query, string message)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await server.Http.GetAsync($"api/jobs{query}", Cancel);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_works_wherever_the_job_is_and_is_repeatable()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        var running = await RunUntilLoadingAsync(server);
        var pending = await server.Http.SubmitAsync(Workflows.Plain());

        Assert.True(await CancelAsync(server, pending));
        Assert.True(await CancelAsync(server, running));
        await server.Http.WaitAsync(running);
        Assert.False(await CancelAsync(server, running));
        Assert.False(await CancelAsync(server, Guid.NewGuid().ToString()));
    }

    [Fact]
    public async Task Many_jobs_are_cancelled_at_once()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        await RunUntilLoadingAsync(server);
        var (one, two) = (await server.Http.SubmitAsync(Workflows.Plain()), await server.Http.SubmitAsync(Workflows.Plain()));

        var (status, answer) = await server.Http.PostJsonAsync("api/jobs/cancel", new JsonObject { ["job_ids"] = new JsonArray(one, two, Guid.NewGuid().ToString()) });

        Assert.Equal(200, status);
        Assert.True(answer!["cancelled"]!.GetValue<bool>());
        Assert.Empty((await server.Http.GetJsonAsync("queue"))["queue_pending"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"job_ids": "all"}""", "job_ids must be a list")]
    [InlineData("""{"job_ids": ["x", 7]}""", "invalid id(s)")]
    [InlineData("""{""", "valid JSON")]
    public async Task A_bad_batch_is_refused(string body, string message)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await server.Http.PostAsync("api/jobs/cancel", new StringContent(body), Cancel);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static JsonObject WorkflowId(string id) => new()
    {
        ["extra_data"] = new JsonObject { ["extra_pnginfo"] = new JsonObject { ["workflow"] = new JsonObject { ["id"] = id } } },
    };

    private static async Task<string> RunUntilLoadingAsync(RunningServer server)
    {
        using var socket = await ComfySocket.ConnectAsync(server, "first");
        var id = await server.Http.SubmitAsync(Workflows.TextToImage(), "first");
        await socket.UntilAsync("executing");
        return id;
    }

    private static async Task<bool> CancelAsync(RunningServer server, string id)
    {
        var (_, answer) = await server.Http.PostJsonAsync($"api/jobs/{id}/cancel", new JsonObject());
        return answer!["cancelled"]!.GetValue<bool>();
    }

    private static async Task<List<(string Id, string Status)>> ListAsync(RunningServer server, string query) =>
        [.. (await server.Http.GetJsonAsync($"api/jobs{query}"))["jobs"]!.AsArray()
            .Select(job => (job!["id"]!.GetValue<string>(), job["status"]!.GetValue<string>()))];
}
