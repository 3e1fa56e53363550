using System.Buffers.Binary;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using GenAI.ModelServer.Imaging.Png;
using GenAI.Testing;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class SocketTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_submitting_client_hears_of_its_job_in_order()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");

        var id = await server.Http.SubmitAsync(Workflows.TextToImage(steps: 3), "me");
        await socket.UntilOverAsync(id);

        string[] expected =
        [
            "execution_start", "execution_cached",
            "executing 4", "executing 6", "executing 7", "executing 5",
            "executing 3", "progress 1/3", "progress 2/3", "progress 3/3",
            "executing 8", "executing 9", "executed 9", "execution_success", "executing ",
        ];
        var heard = socket.Messages.Select(Brief).Where(text => text is not null).ToArray();
        Assert.Equal(expected.Where(text => !text.StartsWith("executing", StringComparison.Ordinal)), heard.Where(text => !text!.StartsWith("executing", StringComparison.Ordinal)));
        Assert.Equal(expected.Order(), heard.Order());
        Assert.True(Array.IndexOf(heard, "executing 3") < Array.IndexOf(heard, "progress 1/3"));
        Assert.Equal("executing ", heard[^1]);
    }

    [Fact]
    public async Task The_first_message_tells_the_queue_and_the_session()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");

        var status = await socket.UntilAsync("status");

        Assert.Equal("me", status["data"]!["sid"]!.GetValue<string>());
        Assert.Equal(0, status["data"]!["status"]!["exec_info"]!["queue_remaining"]!.GetValue<int>());
    }

    [Fact]
    public async Task Progress_state_shows_every_node_that_began()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");

        var id = await server.Http.SubmitAsync(Workflows.TextToImage(steps: 3), "me");
        await socket.UntilOverAsync(id);

        var last = socket.OfType("progress_state").Last()["data"]!;
        Assert.Equal(id, last["prompt_id"]!.GetValue<string>());
        Assert.Equal(7, last["nodes"]!.AsObject().Count);
        Assert.All(last["nodes"]!.AsObject(), node => Assert.Equal("finished", node.Value!["state"]!.GetValue<string>()));
        Assert.Equal(3, last["nodes"]!["3"]!["max"]!.GetValue<int>());
    }

    [Fact]
    public async Task Other_clients_hear_of_the_queue_only()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var mine = await ComfySocket.ConnectAsync(server, "me");
        using var other = await ComfySocket.ConnectAsync(server, "other");

        var id = await server.Http.SubmitAsync(Workflows.TextToImage(), "me");
        await mine.UntilOverAsync(id);
        var theirs = await server.Http.SubmitAsync(Workflows.Plain(), "other");
        await other.UntilOverAsync(theirs);

        Assert.Empty(other.Binary);
        Assert.Contains(other.OfType("status"), status => Remaining(status) == 1);
        Assert.All(other.Messages, message =>
            Assert.True(ComfySocket.TypeOf(message) == "status" || message["data"]!["prompt_id"]!.GetValue<string>() == theirs));
    }

    [Fact]
    public async Task Previews_go_from_noise_to_picture()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");

        await socket.UntilOverAsync(await server.Http.SubmitAsync(Workflows.TextToImage(side: 128, steps: 6), "me"));

        Assert.All(socket.Binary, frame => Assert.Equal(1u, frame.Event));
        Assert.All(socket.Binary, frame => Assert.Equal(2u, BinaryPrimitives.ReadUInt32BigEndian(frame.Data)));
        var roughness = socket.Binary.Select(frame => PngReader.Read(frame.Data.AsSpan(4), PictureLimits.Default).Picture.Roughness()).ToArray();
        Assert.True(roughness.Length >= 2);
        Assert.True(roughness[0] > 4 * roughness[^1], $"from noise to picture: {string.Join(", ", roughness)}");
    }

    [Fact]
    public async Task A_client_that_declares_it_gets_previews_with_metadata()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");
        await socket.SendAsync(new JsonObject { ["type"] = "feature_flags", ["data"] = new JsonObject { ["supports_preview_metadata"] = true } });

        var flags = await socket.UntilAsync("feature_flags");
        var id = await server.Http.SubmitAsync(Workflows.TextToImage(), "me");
        await socket.UntilOverAsync(id);

        Assert.True(flags["data"]!["supports_preview_metadata"]!.GetValue<bool>());
        Assert.NotEmpty(socket.Binary);
        Assert.All(socket.Binary, frame => Assert.Equal(4u, frame.Event));
        var (_, data) = socket.Binary[^1];
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(data);
        var metadata = JsonNode.Parse(data.AsSpan(4, length))!;
        Assert.Equal("3", metadata["node_id"]!.GetValue<string>());
        Assert.Equal(id, metadata["prompt_id"]!.GetValue<string>());
        Assert.Equal("image/png", metadata["image_type"]!.GetValue<string>());
        Assert.Equal(64, PngReader.Read(data.AsSpan(4 + length), PictureLimits.Default).Picture.Width);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("""["feature_flags"]""")]
    [InlineData("""{"type": "feature_flags", "type": "feature_flags"}""")]
    [InlineData("""{"type": "\ud800"}""")]
    public async Task A_first_message_that_cannot_be_read_says_nothing(string message)
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");
        await socket.SendAsync(Encoding.UTF8.GetBytes(message));

        var id = await server.Http.SubmitAsync(Workflows.TextToImage(), "me");
        await socket.UntilOverAsync(id);

        Assert.Empty(socket.OfType("feature_flags"));
    }

    [Fact]
    public async Task A_client_that_wants_no_previews_gets_none()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");

        var id = await server.Http.SubmitAsync(Workflows.TextToImage(), "me", new() { ["extra_data"] = new JsonObject { ["preview_method"] = "none" } });
        await socket.UntilOverAsync(id);

        Assert.Empty(socket.Binary);
    }

    [Fact]
    public async Task A_client_that_reconnects_is_told_the_current_node_again()
    {
        await using var server = await RunningServer.ComfyUIAsync(RunningServer.EndlessLoading);
        string id;
        using (var first = await ComfySocket.ConnectAsync(server, "me"))
        {
            id = await server.Http.SubmitAsync(Workflows.TextToImage(), "me");
            await first.UntilAsync("executing");
        }

        using var second = await ComfySocket.ConnectAsync(server, "me");
        var executing = await second.UntilAsync("executing");

        Assert.Equal("4", executing["data"]!["node"]!.GetValue<string>());
        await server.Http.PostJsonAsync("interrupt", new JsonObject());
        await second.UntilAsync("execution_interrupted");
        await second.UntilOverAsync(id);
    }

    [Fact]
    public async Task A_job_goes_on_when_its_client_leaves()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        string id;
        using (var socket = await ComfySocket.ConnectAsync(server, "me"))
        {
            id = await server.Http.SubmitAsync(Workflows.TextToImage(steps: 20), "me");
            await socket.UntilAsync("execution_start");
        }

        Assert.Equal("success", (await server.Http.WaitAsync(id)).StatusOf());
    }

    [Theory]
    [InlineData("{not json")]
    [InlineData("[1]")]
    [InlineData("{\"type\": \"feature_flags\", \"type\": \"feature_flags\"}")]
    [InlineData("{\"type\": \"\\ud800\"}")]
    [InlineData("{\"type\": \"feature_flags\", \"data\": {\"a\": 1, \"a\": 2}}")]
    public async Task What_is_not_json_is_ignored(string message)
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");

        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(message));
        var id = await server.Http.SubmitAsync(Workflows.Plain(), "me");

        await socket.UntilOverAsync(id);
    }

    [Fact]
    public async Task A_message_that_is_too_long_ends_the_connection()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Sockets:MaxMessageBytes", "100");
        using var socket = await ComfySocket.ConnectAsync(server, "me");

        await socket.SendAsync(new byte[101]);
        await socket.UntilClosedAsync();

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.CloseStatus);
    }

    [Fact]
    public async Task One_connection_too_many_is_refused()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Sockets:MaxConnections", "1");
        using (var first = await ComfySocket.ConnectAsync(server, "one"))
        {
            await first.UntilAsync("status");
            using var second = new ClientWebSocket();
            second.Options.CollectHttpResponseDetails = true;
            await Assert.ThrowsAsync<WebSocketException>(() => second.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "ws" }.Uri, Cancel));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, second.HttpStatusCode);
            Assert.Equal("1", second.HttpResponseHeaders!["Retry-After"].Single());
        }

        // The place is free again once the first has left.
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                using var third = await ComfySocket.ConnectAsync(server, "three");
                return true;
            }
            catch (WebSocketException)
            {
                return false;
            }
        }, Cancel);
    }

    [Fact]
    public async Task A_request_without_upgrade_is_refused_in_comfyuis_shape()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await server.Http.GetAsync("ws?clientId=me", Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_request", JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_stopping_server_says_goodbye()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        using var socket = await ComfySocket.ConnectAsync(server, "me");
        await socket.UntilAsync("status");

        var stopping = server.App.StopAsync(Cancel);
        await socket.UntilClosedAsync();
        await stopping;

        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
    }

    private static int Remaining(JsonNode status) => status["data"]!["status"]!["exec_info"]!["queue_remaining"]!.GetValue<int>();

    private static string? Brief(JsonNode message)
    {
        var data = message["data"]!;
        return ComfySocket.TypeOf(message) switch
        {
            "status" or "progress_state" => null,
            "progress" => $"progress {data["value"]}/{data["max"]}",
            "executing" or "executed" => $"{ComfySocket.TypeOf(message)} {data["node"]}",
            var type => type,
        };
    }
}
