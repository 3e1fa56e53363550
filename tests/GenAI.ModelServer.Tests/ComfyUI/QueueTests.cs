using System.Text.Json.Nodes;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class QueueTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_queue_shows_what_runs_and_what_waits_in_order()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        var running = await RunningAsync(server);
        var second = await server.Http.SubmitAsync(Workflows.Plain(), "client");
        var front = await server.Http.SubmitAsync(Workflows.Plain(), members: new() { ["front"] = true });

        var queue = await server.Http.GetJsonAsync("queue");

        Assert.Equal([running], Ids(queue["queue_running"]!));
        Assert.Equal([front, second], Ids(queue["queue_pending"]!));
        var item = queue["queue_pending"]![1]!.AsArray();
        Assert.Equal(5, item.Count);
        Assert.Equal(1, item[0]!.GetValue<double>());
        Assert.True(JsonNode.DeepEquals(Workflows.Plain(), item[2]));
        Assert.Equal("client", item[3]!["client_id"]!.GetValue<string>());
        Assert.True(item[3]!["create_time"]!.GetValue<long>() > 1_700_000_000_000);
        Assert.Equal("2", item[4]![0]!.GetValue<string>());
        Assert.Equal(3, (await server.Http.GetJsonAsync("prompt"))["exec_info"]!["queue_remaining"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_given_number_decides_the_place()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        await RunningAsync(server);
        var late = await server.Http.SubmitAsync(Workflows.Plain(), members: new() { ["number"] = 9.5 });
        var early = await server.Http.SubmitAsync(Workflows.Plain(), members: new() { ["number"] = -3 });

        Assert.Equal([early, late], Ids((await server.Http.GetJsonAsync("queue"))["queue_pending"]!));
    }

    [Fact]
    public async Task Deleted_jobs_never_run()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        var running = await RunningAsync(server);
        var deleted = await server.Http.SubmitAsync(Workflows.Plain());
        var kept = await server.Http.SubmitAsync(Workflows.Plain());

        await server.Http.PostJsonAsync("queue", new JsonObject { ["delete"] = new JsonArray(deleted, "unknown", running) });

        Assert.Equal([kept], Ids((await server.Http.GetJsonAsync("queue"))["queue_pending"]!));
        await server.Http.PostJsonAsync("interrupt", new JsonObject());
        await server.Http.WaitAsync(kept);
        Assert.Empty((await server.Http.GetJsonAsync($"history/{deleted}")).AsObject());
    }

    [Fact]
    public async Task Clearing_leaves_what_runs()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        var running = await RunningAsync(server);
        await server.Http.SubmitAsync(Workflows.Plain());

        await server.Http.PostJsonAsync("queue", new JsonObject { ["clear"] = true });

        var queue = await server.Http.GetJsonAsync("queue");
        Assert.Empty(queue["queue_pending"]!.AsArray());
        Assert.Equal([running], Ids(queue["queue_running"]!));
    }

    [Fact]
    public async Task An_interrupted_job_ends_as_such_and_the_next_one_runs()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        var interrupted = await RunningAsync(server);
        var next = await server.Http.SubmitAsync(Workflows.Plain());

        await server.Http.PostJsonAsync("interrupt", new JsonObject { ["prompt_id"] = interrupted });

        var entry = await server.Http.WaitAsync(interrupted);
        Assert.Equal("error", entry.StatusOf());
        Assert.False(entry["status"]!["completed"]!.GetValue<bool>());
        var message = entry.Message("execution_interrupted")!;
        Assert.Equal("4", message["node_id"]!.GetValue<string>());
        Assert.Equal("CheckpointLoaderSimple", message["node_type"]!.GetValue<string>());
        Assert.Equal("success", (await server.Http.WaitAsync(next)).StatusOf());
    }

    [Fact]
    public async Task An_interrupt_between_sampling_steps_is_prompt()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");
        var id = await server.Http.SubmitAsync(Workflows.TextToImage(side: 256, steps: 150), "me");
        await socket.UntilAsync("progress");

        await server.Http.PostJsonAsync("interrupt", new JsonObject());
        await socket.UntilAsync("execution_interrupted");
        await socket.UntilOverAsync(id);

        Assert.True(socket.OfType("progress").Count() < 150);
        Assert.DoesNotContain(socket.Messages, message => ComfySocket.TypeOf(message) == "executed");
    }

    [Fact]
    public async Task A_step_takes_as_long_as_is_set_and_is_interrupted_at_once()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Models:StepTime", "01:00:00");
        using var socket = await ComfySocket.ConnectAsync(server, "first");
        var id = await server.Http.SubmitAsync(Workflows.TextToImage(), "first");
        await socket.UntilAsync(message => ComfySocket.TypeOf(message) == "executing" && IsSampler(message["data"]!["node"]!.ToString()));

        await server.Http.PostJsonAsync("interrupt", new JsonObject());
        await socket.UntilOverAsync(id);

        Assert.NotNull((await server.Http.WaitAsync(id)).Message("execution_interrupted"));
        Assert.Empty(socket.OfType("progress"));

        static bool IsSampler(string node) => Workflows.TextToImage()[node]!["class_type"]!.ToString() == "KSampler";
    }

    [Fact]
    public async Task An_interrupt_that_names_another_job_does_nothing()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        var running = await RunningAsync(server);

        var (status, _) = await server.Http.PostJsonAsync("interrupt", new JsonObject { ["prompt_id"] = Guid.NewGuid().ToString() });

        Assert.Equal(200, status);
        Assert.Equal([running], Ids((await server.Http.GetJsonAsync("queue"))["queue_running"]!));
        Assert.Empty((await server.Http.GetJsonAsync($"history/{running}")).AsObject());
    }

    [Fact]
    public async Task An_interrupt_without_a_body_stops_whatever_runs()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        var running = await RunningAsync(server);

        using var response = await server.Http.PostAsync("api/interrupt", null, Cancel);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.NotNull((await server.Http.WaitAsync(running)).Message("execution_interrupted"));
    }

    [Theory]
    [InlineData("{\"prompt_id\": \"")]
    [InlineData("[\"x\"]")]
    public async Task An_interrupt_that_cannot_be_read_stops_nothing(string body)
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        var running = await RunningAsync(server);

        using var response = await server.Http.PostAsync("interrupt", new StringContent(body), Cancel);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal([running], Ids((await server.Http.GetJsonAsync("queue"))["queue_running"]!));
    }

    [Fact]
    public async Task A_full_queue_refuses_until_there_is_room()
    {
        await using var server = await RunningServer.ComfyUIAsync([.. RunningServer.EndlessLoading, "--ModelServer:Jobs:QueueCapacity", "1"]);
        await RunningAsync(server);
        await server.Http.SubmitAsync(Workflows.Plain());

        var (status, answer) = await server.Http.PostJsonAsync("prompt", new JsonObject { ["prompt"] = Workflows.Plain() });

        Assert.Equal(429, status);
        Assert.Equal("queue_full", answer!["error"]!["type"]!.GetValue<string>());
        await server.Http.PostJsonAsync("queue", new JsonObject { ["clear"] = true });
        await server.Http.SubmitAsync(Workflows.Plain());
    }

    [Fact]
    public async Task An_id_of_the_clients_choice_is_kept_and_cannot_be_queued_twice()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        await RunningAsync(server);
        var id = Guid.NewGuid().ToString();

        Assert.Equal(id, await server.Http.SubmitAsync(Workflows.Plain(), members: new() { ["prompt_id"] = id }));
        var (status, answer) = await server.Http.PostJsonAsync("prompt", new JsonObject { ["prompt"] = Workflows.Plain(), ["prompt_id"] = id });

        Assert.Equal(400, status);
        Assert.Equal("invalid_prompt_id", answer!["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_job_beyond_its_time_fails_with_the_limit()
    {
        await using var server = await RunningServer.ComfyUIAsync([.. RunningServer.EndlessLoading, "--ModelServer:Jobs:TimeLimit", "00:00:02"]);

        var entry = await server.Http.RunAsync(Workflows.TextToImage());

        var error = entry.Message("execution_error")!;
        Assert.Equal("TimeoutError", error["exception_type"]!.GetValue<string>());
        Assert.Contains("limit", error["exception_message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("4", error["node_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_job_that_would_compute_too_much_fails_with_the_numbers()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Limits:PixelSteps", "16000");

        var entry = await server.Http.RunAsync(Workflows.TextToImage(side: 64, steps: 4));

        var error = entry.Message("execution_error")!;
        Assert.Equal("KSampler", error["node_type"]!.GetValue<string>());
        Assert.Contains("16384 pixel-steps", error["exception_message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(4, error["current_inputs"]!["steps"]![0]!.GetValue<int>());
    }

    [Theory]
    [InlineData("queue", """{"delete": "all"}""")]
    [InlineData("queue", """{"delete": [7]}""")]
    [InlineData("queue", """[]""")]
    [InlineData("queue", """{""")]
    [InlineData("history", """{"delete": {}}""")]
    [InlineData("history", """nonsense""")]
    [InlineData("free", """7""")]
    [InlineData("interrupt", """{"prompt_id": 7}""")]
    public async Task A_bad_body_is_refused_in_comfyuis_shape(string path, string body)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await server.Http.PostAsync(path, new StringContent(body), Cancel);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["error"]!["details"]);
    }

    [Fact]
    public async Task A_stopping_server_interrupts_what_runs_and_stops_in_time()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        using var socket = await ComfySocket.ConnectAsync(server, "me");
        var running = await RunningAsync(server);
        await server.Http.SubmitAsync(Workflows.Plain());

        await server.App.StopAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Http.GetJsonAsync($"history/{running}"));
    }

    private static async Task<string> RunningAsync(RunningServer server)
    {
        using var socket = await ComfySocket.ConnectAsync(server, "first");
        var id = await server.Http.SubmitAsync(Workflows.TextToImage(), "first");
        await socket.UntilAsync("executing");
        return id;
    }

    private static IEnumerable<string> Ids(JsonNode items) => items.AsArray().Select(item => item![1]!.GetValue<string>());
}
