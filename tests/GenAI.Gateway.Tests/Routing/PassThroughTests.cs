using System.Net;
using System.Net.WebSockets;
using System.Text;
using GenAI.Gateway.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GenAI.Gateway.Tests.Routing;

public sealed class PassThroughTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/models/flux-1-dev/settings?x=1%202&y", "/settings?x=1%202&y")]
    [InlineData("/models/flux-1-dev", "/")]
    [InlineData("/models/flux-1-dev/", "/")]
    [InlineData("/MODELS/Flux-1-Dev/settings", "/settings")]
    [InlineData("/models/flux-1-dev/userdata/workflows%2Fa.json", "/userdata/workflows%2Fa.json")]
    [InlineData("/models/flux-1-dev/userdata/100%25%252Fa.json", "/userdata/100%25%252Fa.json")]
    [InlineData("/models/flux-1-dev/view%20me/%C3%A9", "/view%20me/%C3%A9")]
    [InlineData("/models/flux-1-dev/a/..%2f..%2fb", "/a/..%2f..%2fb")]
    public async Task The_path_and_query_reach_the_instance_as_the_client_wrote_them(string sent, string received)
    {
        await using var instance = await EchoAsync();
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = instance.Address.ToString() });

        Assert.Equal($"GET {received}", await RawRequest.GetBodyAsync(gateway.Address, sent, Token));
    }

    [Theory]
    [InlineData("/models/flux-1-dev/../../health")]
    [InlineData("/models/flux-1-dev/%2e%2e/%2e%2e/health")]
    [InlineData("/models/../health")]
    public async Task Dot_segments_are_resolved_before_routing_so_they_lead_where_they_point(string path)
    {
        await using var instance = await EchoAsync();
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = instance.Address.ToString() });

        Assert.DoesNotContain("GET ", await RawRequest.GetBodyAsync(gateway.Address, path, Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../v1/models", "/v1/models")]
    [InlineData("/%2e%2e/v1/models", "/v1/models")]
    [InlineData("/..%2f..%2fv1/models", "/..%2f..%2fv1/models")]
    [InlineData("/health", "/health")]
    [InlineData("/metrics", "/metrics")]
    [InlineData("/userdata", "/userdata")]
    [InlineData("/", "/")]
    public async Task A_models_port_is_rooted_at_the_model_and_nothing_climbs_out(string sent, string received)
    {
        await using var instance = await EchoAsync();
        await using var gateway = TestGateway.Start(settings: new() { ["COMFYUI_URL"] = instance.Address.ToString() });

        Assert.Equal($"GET {received}", await RawRequest.GetBodyAsync(gateway.Workflows, sent, Token));
    }

    [Fact]
    public async Task Method_headers_and_body_pass_both_ways()
    {
        await using var instance = await LocalServer.StartAsync(app => app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
            context.Response.Headers["x-back"] = context.Request.Headers["x-there"];
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Host} {body}", context.RequestAborted);
        }), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address.ToString() });
        using var client = gateway.Connect(gateway.StableDiffusion);
        using var request = new HttpRequestMessage(HttpMethod.Patch, "thing") { Content = new StringContent("body") };
        request.Headers.Add("x-there", "7");

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(StatusCodes.Status418ImATeapot, (int)response.StatusCode);
        Assert.Equal("7", response.Headers.GetValues("x-back").Single());
        // ComfyUI compares Origin with Host, so the instance sees the host that the client asked for.
        Assert.Equal($"PATCH {gateway.StableDiffusion.Authority} body", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task An_instances_own_empty_error_is_not_rewritten()
    {
        await using var instance = await LocalServer.StartAsync(
            app => app.Run(context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = instance.Address.ToString() });
        using var client = gateway.Connect(gateway.Flux);

        using var response = await client.GetAsync("missing", Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Events_arrive_one_by_one_while_the_response_is_open()
    {
        var next = new SemaphoreSlim(0);
        await using var instance = await LocalServer.StartAsync(app => app.Run(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await next.WaitAsync(context.RequestAborted);
            }
        }), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address.ToString() });
        using var client = gateway.Connect(gateway.StableDiffusion);

        await using var stream = await client.GetStreamAsync("generate", Token);
        using var reader = new StreamReader(stream);
        for (var i = 0; i < 3; i++)
        {
            // Were anything buffered, this line could not arrive: the instance waits for it to be read.
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(Token));
            Assert.Equal("", await reader.ReadLineAsync(Token));
            next.Release();
        }

        Assert.Null(await reader.ReadLineAsync(Token));
    }

    [Fact]
    public async Task WebSocket_messages_pass_both_ways_text_and_binary()
    {
        await using var instance = await LocalServer.StartAsync(app => app.Run(EchoSocketAsync), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = instance.Address.ToString() });
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(gateway.Flux) { Scheme = "ws", Path = "/node/ws", Query = "clientId=42" }.Uri, Token);

        Assert.Equal("clientId=42", await ReceiveTextAsync(socket));
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, endOfMessage: true, Token);
        Assert.Equal("hello", await ReceiveTextAsync(socket));
        var picture = new byte[200_000];
        picture[^1] = 9;
        await socket.SendAsync(picture, WebSocketMessageType.Binary, endOfMessage: true, Token);
        Assert.Equal(picture, await ReceiveAsync(socket));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Token);
    }

    [Fact]
    public async Task A_body_of_100_megabytes_passes_whole()
    {
        const int Size = 100 << 20;
        long received = 0;
        await using var instance = await LocalServer.StartAsync(app => app.Run(async context =>
        {
            var buffer = new byte[1 << 16];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0) received += read;
            await context.Response.WriteAsync("ok", context.RequestAborted);
        }), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["COMFYUI_URL"] = instance.Address.ToString() });
        using var client = gateway.Connect(gateway.Workflows);

        using var response = await client.PostAsync("userdata/large", new ByteArrayContent(new byte[Size]), Token);

        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(Size, received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_refused_in_the_models_shape(bool withLength)
    {
        await using var instance = await LocalServer.StartAsync(app => app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }), Token);
        await using var gateway = TestGateway.Start(settings: new()
        {
            ["COMFYUI_URL"] = instance.Address.ToString(),
            ["GenAI:Gateway:MaxRequestBodyBytes"] = "100000",
        });
        using var client = gateway.Connect(gateway.Workflows);
        using var request = new HttpRequestMessage(HttpMethod.Post, "prompt") { Content = new ByteArrayContent(new byte[100_001]) };
        request.Headers.TransferEncodingChunked = !withLength;

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        var error = await ErrorBody.ComfyUIAsync(response, Token);
        Assert.Equal("request_too_large", error.Type);
        Assert.Contains("100000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trace_of_the_caller_goes_on_at_the_instance()
    {
        await using var instance = await LocalServer.StartAsync(
            app => app.Run(context => context.Response.WriteAsync(context.Request.Headers.TraceParent.ToString())), Token);
        await using var gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = instance.Address.ToString() });
        using var client = gateway.Connect(gateway.Flux);
        using var request = new HttpRequestMessage(HttpMethod.Get, "settings");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using var response = await client.SendAsync(request, Token);

        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static Task<LocalServer> EchoAsync() =>
        LocalServer.StartAsync(app => app.Run(context =>
            context.Response.WriteAsync($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}")), Token);

    private static async Task EchoSocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var query = Encoding.UTF8.GetBytes(context.Request.QueryString.Value!.TrimStart('?'));
        await socket.SendAsync(query, WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
        var buffer = new byte[1 << 16];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } part)
        {
            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
    }

    private static async Task<string> ReceiveTextAsync(ClientWebSocket socket) => Encoding.UTF8.GetString(await ReceiveAsync(socket));

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), Token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return message.ToArray();
    }
}
