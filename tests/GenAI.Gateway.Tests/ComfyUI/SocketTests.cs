using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.ComfyUI;

public sealed class SocketTests : IAsyncLifetime
{
    private FakeComfyUI _comfy = null!;
    private TestGateway _gateway = null!;
    private ComfyClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _comfy = await FakeComfyUI.StartAsync(Cancelled);
        _comfy.Automatic = false;
        _gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = _comfy.Address.ToString(), ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.2" });
        _client = new ComfyClient(_gateway.Flux);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _gateway.DisposeAsync();
        await _comfy.DisposeAsync();
    }

    [Fact]
    public async Task A_client_hears_of_its_job_in_order_and_of_the_end_when_the_history_has_it()
    {
        await _client.ConnectAsync();
        var id = await RunningAsync();
        await _comfy.SayAsync(id, "execution_start", []);
        await _comfy.SayAsync(id, "executing", new JsonObject { ["node"] = "3" });
        await _comfy.SayAsync(id, "progress", new JsonObject { ["node"] = "3", ["value"] = 1, ["max"] = 2 });
        await _comfy.SayAsync(id, "progress", new JsonObject { ["node"] = "3", ["value"] = 2, ["max"] = 2 });
        await _comfy.FinishAsync(id);

        await _client.UntilFinishedAsync(id);

        Assert.NotEmpty(await _client.GetAsync($"history/{id}"));
        Assert.Equal(["execution_start", "executing 3", "progress", "progress", "executed", "execution_success", "finished"], _client.Told(id));
        var first = _client.Messages.First();
        Assert.Equal(("status", _client.Id), (first["type"]!.ToString(), first["data"]!["sid"]!.ToString()));
        await Eventually.TrueAsync(() => _client.Messages.Last(message => message["type"]!.ToString() == "status")
            ["data"]!["status"]!["exec_info"]!["queue_remaining"]!.GetValue<int>() == 0, Cancelled);
    }

    [Fact]
    public async Task One_socket_too_many_is_told_so_until_another_closes()
    {
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = _comfy.Address.ToString(), ["GenAI:Gateway:Connections:MaxWebSockets"] = "1" });
        await using var second = new ComfyClient(gateway.Flux);
        await using (var first = new ComfyClient(gateway.Flux))
        {
            await first.ConnectAsync();
            using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };

            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(new Uri(gateway.Flux, "ws")) { Scheme = "ws" }.Uri, Cancelled));

            Assert.Equal(HttpStatusCode.ServiceUnavailable, socket.HttpStatusCode);
            Assert.True(socket.HttpResponseHeaders!.ContainsKey("Retry-After"));
        }

        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await second.ConnectAsync();
            }
            catch (WebSocketException)
            {
                // The gateway has not seen the end of the first yet.
            }

            return second.IsConnected;
        }, Cancelled);
    }

    [Fact]
    public async Task A_preview_comes_as_the_client_can_read_it()
    {
        await using var modern = new ComfyClient(_gateway.Flux);
        await modern.ConnectAsync("""{"type":"feature_flags","data":{"supports_preview_metadata":true}}""");
        await _client.ConnectAsync();
        await Eventually.TrueAsync(() => modern.Messages.Any(message => message["type"]!.ToString() == "feature_flags"), Cancelled);

        foreach (var client in new[] { _client, modern })
        {
            var id = await client.SubmitAsync(ComfyClient.Graph());
            await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(id), Cancelled);
            await _comfy.PreviewAsync(id, [1, 2, 3]);
            await Eventually.TrueAsync(() => client.Frames.Any(frame => frame.AsSpan().EndsWith((byte[])[1, 2, 3])), Cancelled);
            await _comfy.FinishAsync(id);
        }

        Assert.Contains(_client.Frames, frame => frame.SequenceEqual((byte[])[0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3]));
        var metadata = modern.Frames.Last();
        Assert.Equal((byte[])[0, 0, 0, 4], metadata[..4]);
        Assert.NotNull(JsonNode.Parse(metadata.AsSpan(8, metadata[7] + 256 * metadata[6]))!["prompt_id"]);
    }

    [Fact]
    public async Task Every_picture_that_a_node_sends_instead_of_saving_it_arrives_and_so_do_texts()
    {
        await _client.ConnectAsync();
        var id = await RunningAsync();
        await _comfy.SayAsync(id, "execution_start", []);
        await _comfy.SayAsync(id, "executing", new JsonObject { ["node"] = "9" });
        await _comfy.SendAsync(id, [0, 0, 0, 3, 0, 0, 0, 1, (byte)'9', (byte)'x']);
        byte[] Picture(int i) => [0, 0, 0, 1, 0, 0, 0, 2, 0x89, (byte)'P', (byte)i, .. new byte[100_000]];
        for (var i = 0; i < 40; i++) await _comfy.SendAsync(id, Picture(i));
        await _comfy.FinishAsync(id);

        await _client.UntilFinishedAsync(id);

        Assert.Equal([0, 0, 0, 3, 0, 0, 0, 1, (byte)'9', (byte)'x'], _client.Frames.First());
        Assert.Equal(Enumerable.Range(0, 40), _client.Frames.Skip(1).Select(frame => (int)frame[10]));
    }

    [Theory]
    [InlineData("elsewhere", "")]
    [InlineData("output", "../../pictures")]
    [InlineData("output", "/mnt/pictures")]
    public async Task A_file_that_no_server_shows_keeps_its_name_and_spoils_nothing(string type, string subfolder)
    {
        await _client.ConnectAsync();
        var id = await RunningAsync();
        var output = new JsonObject { ["images"] = new JsonArray(new JsonObject { ["filename"] = "own.bin", ["subfolder"] = subfolder, ["type"] = type }) };
        await _comfy.SayAsync(id, "executed", new JsonObject { ["node"] = "9", ["output"] = output.DeepClone() });
        await _comfy.FinishAsync(id);

        await _client.UntilFinishedAsync(id);

        Assert.Equal(output.ToJsonString(), _client.Messages.First(message => message["type"]!.ToString() == "executed")["data"]!["output"]!.ToJsonString());
        Assert.Equal("completed", (await _client.JobAsync(id))["status"]!.ToString());
        Assert.Single(_comfy.Prompts);
    }

    [Fact]
    public async Task A_client_that_was_away_is_told_what_it_missed_and_where_its_job_is()
    {
        await _client.ConnectAsync();
        var missed = await RunningAsync();
        await _client.BreakOffAsync();
        await _comfy.FinishAsync(missed);
        await _client.EndAsync(missed);
        var running = await RunningAsync();
        await _comfy.SayAsync(running, "executing", new JsonObject { ["node"] = "3" });
        await _client.UntilStateAsync(running, "running");
        _client.Messages.Clear();

        await Eventually.TrueAsync(async () =>
        {
            if (_client.IsConnected) await _client.CloseAsync();
            await _client.ConnectAsync();
            return await ToldAsync(running, "executing 3");
        }, Cancelled);

        Assert.Equal(["executed", "execution_success", "finished"], _client.Told(missed));
    }

    [Fact]
    public async Task A_client_that_left_with_a_goodbye_hears_nothing_twice()
    {
        await _client.ConnectAsync();
        var id = await RunningAsync();
        await _comfy.FinishAsync(id);
        await _client.UntilFinishedAsync(id);
        await _client.CloseAsync();
        _client.Messages.Clear();

        await _client.ConnectAsync();
        await Eventually.TrueAsync(() => !_client.Messages.IsEmpty, Cancelled);
        var next = await RunningAsync();
        await _comfy.FinishAsync(next);
        await _client.UntilFinishedAsync(next);

        Assert.Empty(_client.Told(id));
    }

    [Fact]
    public async Task A_client_whose_gateway_was_restarted_is_told_how_its_job_ended()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string?>
        {
            ["FLUX_URL"] = _comfy.Address.ToString(), ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.2", ["GenAI:Gateway:Jobs:Folder"] = folder.Path,
        };
        var (ended, running) = ("", "");
        await using (var first = TestGateway.Start(settings: settings))
        {
            await using var before = new ComfyClient(first.Flux, "browser");
            await before.ConnectAsync();
            ended = await before.SubmitAsync(ComfyClient.Graph());
            await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(ended), Cancelled);
            await _comfy.FinishAsync(ended);
            await before.UntilFinishedAsync(ended);
            running = await before.SubmitAsync(ComfyClient.Graph(2));
            await before.UntilStateAsync(running, "running");
        }

        await using var second = TestGateway.Start(settings: settings);
        await using var after = new ComfyClient(second.Flux, "browser");
        await after.ConnectAsync();
        await _comfy.FinishAsync(running);

        await after.UntilFinishedAsync(ended);
        await after.UntilFinishedAsync(running);
    }

    [Fact]
    public async Task A_failure_is_told_with_what_the_instance_said()
    {
        await _client.ConnectAsync();
        var id = await RunningAsync();

        await _comfy.FinishAsync(id, "CUDA out of memory");
        await _client.UntilFinishedAsync(id);

        var error = _client.Messages.Single(message => message["type"]!.ToString() == "execution_error");
        Assert.Equal("CUDA out of memory", error["data"]!["exception_message"]!.ToString());
    }

    [Fact]
    public async Task The_newer_of_two_connections_with_one_id_gets_the_messages()
    {
        await _client.ConnectAsync();
        await using var second = new ComfyClient(_gateway.Flux, _client.Id);
        await second.ConnectAsync();
        await Eventually.TrueAsync(() => !second.Messages.IsEmpty, Cancelled);

        var id = await RunningAsync();
        await _comfy.FinishAsync(id);
        await second.UntilFinishedAsync(id);

        Assert.Empty(_client.Told(id));
    }

    [Fact]
    public async Task A_plain_request_to_the_socket_is_refused_in_ComfyUIs_shape()
    {
        using var response = await _client.Http.GetAsync("ws", Cancelled);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_request", (await ErrorBody.ComfyUIAsync(response, Cancelled)).Type);
    }

    private async Task<bool> ToldAsync(string id, string what)
    {
        await Eventually.TrueAsync(() => !_client.Messages.IsEmpty, Cancelled);
        return _client.Told(id).Contains(what);
    }

    private async Task<string> RunningAsync()
    {
        var id = await _client.SubmitAsync(ComfyClient.Graph());
        await Eventually.TrueAsync(() => _comfy.Running.ContainsKey(id), Cancelled);
        return id;
    }
}
