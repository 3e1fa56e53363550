using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Tests.Dispatch;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using static GenAI.Gateway.Tests.Fakes.Snapshots;

namespace GenAI.Gateway.Tests.Routing;

/// <summary>What stops finishes what it has: a gateway that is told to end, as a process of its own, and an instance that drains.</summary>
public sealed class DrainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int[] _ports = FreePorts.Take(4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Uri Flux => new($"http://127.0.0.1:{_ports[1]}/");

    private Uri StableDiffusionPort => new($"http://127.0.0.1:{_ports[2]}/");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_gateway_that_is_told_to_stop_refuses_what_is_new_and_finishes_what_it_has()
    {
        using var begun = new SemaphoreSlim(0);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var held = await NamedServer.StartHeldAsync("held", begun, mayEnd.Task, Token);
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = StartGateway(comfy, held, "00:00:50");
        using var http = await ConnectAsync(gateway);

        var passed = http.GetAsync(new Uri(StableDiffusionPort, "x"), Token);
        Assert.True(await begun.WaitAsync(Eventually.DefaultDeadline, Token));
        await using var socket = new ComfyClient(Flux);
        await socket.ConnectAsync();
        var (running, waiting) = (await SubmitAsync(http, socket.Id), await SubmitAsync(http, socket.Id));
        await Eventually.TrueAsync(() => comfy.Running.ContainsKey(running), Token);

        await gateway.TerminateAsync(Token);
        await Eventually.TrueAsync(async () => (await StatusAsync(http, $"http://127.0.0.1:{_ports[0]}/health")).Status == HttpStatusCode.ServiceUnavailable, Token);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), await StatusAsync(http, new Uri(StableDiffusionPort, "x").ToString()));
        using (var refused = await http.PostAsJsonAsync(new Uri(Flux, "prompt"), Prompt(), Token))
            Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (refused.StatusCode, refused.Headers.RetryAfter is not null));
        // Questions are answered as before.
        Assert.Equal(HttpStatusCode.OK, (await StatusAsync(http, new Uri(Flux, $"api/jobs/{running}").ToString())).Status);
        Assert.False(gateway.HasExited);

        await comfy.FinishAsync(running);
        // Its socket is open as long as there is something to tell.
        await socket.UntilFinishedAsync(running);
        Assert.True(socket.IsConnected);
        mayEnd.SetResult();
        using var answer = await passed;
        Assert.Equal("held", await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal(0, await gateway.ExitCodeAsync(Token));
        await Eventually.TrueAsync(() => !socket.IsConnected, Token);

        comfy.Automatic = true;
        await using var next = StartGateway(comfy, held, "00:00:01");
        using var again = await ConnectAsync(next);
        foreach (var id in (string[])[running, waiting]) await Eventually.TrueAsync(async () => await StateAsync(again, id) == "completed", Token);
        Assert.Equal(2, comfy.Prompts.Count);
    }

    [Fact]
    public async Task A_gateway_waits_no_longer_than_it_may_and_what_runs_then_is_found_again()
    {
        using var begun = new SemaphoreSlim(0);
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var held = await NamedServer.StartHeldAsync("held", begun, never.Task, Token);
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        string running;
        await using (var gateway = StartGateway(comfy, held, "00:00:02"))
        {
            using var http = await ConnectAsync(gateway);
            var passed = http.GetAsync(new Uri(StableDiffusionPort, "x"), Token);
            Assert.True(await begun.WaitAsync(Eventually.DefaultDeadline, Token));
            running = await SubmitAsync(http);
            await Eventually.TrueAsync(() => comfy.Running.ContainsKey(running), Token);

            await gateway.TerminateAsync(Token);
            // The limit and a little more, not the half minute that a server leaves its connections.
            Assert.Equal(0, await gateway.ExitCodeAsync(Token).WaitAsync(TimeSpan.FromSeconds(25), TimeProvider.System, Token));
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => passed);
        }

        await using var next = StartGateway(comfy, held, "00:00:01");
        using var again = await ConnectAsync(next);
        await comfy.FinishAsync(running);
        await Eventually.TrueAsync(async () => await StateAsync(again, running) == "completed", Token);
        Assert.Single(comfy.Prompts);
    }

    [Fact]
    public async Task Sockets_to_an_instance_that_drains_are_closed_at_the_limit_and_those_to_others_are_not()
    {
        var clock = new ManualTimeProvider();
        await using var a = await SocketServerAsync();
        await using var b = await SocketServerAsync();
        Instance[] instances = [Instance(StableDiffusion, 0, a.Address), Instance(StableDiffusion, 1, b.Address)];
        await using var orchestrator = await FakeOrchestrator.StartAsync(Of(1, instances[0]), Token);
        await using var gateway = TestGateway.Start(orchestrator.Address, new() { ["GenAI:Gateway:Dispatch:InstanceDrainLimit"] = "00:05:00" }, clock);
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 1, Token);
        using var toA = await OpenAsync(gateway);
        orchestrator.Publish(Of(2, instances[0] with { State = InstanceState.Draining }, instances[1]));
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 2, Token);
        using var toB = await OpenAsync(gateway);

        clock.Advance(TimeSpan.FromMinutes(4));
        await EchoAsync(toA);
        clock.Advance(TimeSpan.FromMinutes(2));
        await Assert.ThrowsAnyAsync<WebSocketException>(() => toA.ReceiveAsync(new byte[8], Token));
        await EchoAsync(toB);
    }

    private ServerProcess StartGateway(FakeComfyUI comfy, LocalServer held, string drainLimit) => ServerProcess.StartGateway(
        _ports, _folder.Combine("gateway"),
        $"--FLUX_URL={comfy.Address.ToString().TrimEnd('/')}", $"--SD35_URL={held.Address.ToString().TrimEnd('/')}",
        $"--GenAI:Gateway:Dispatch:DrainLimit={drainLimit}", "--GenAI:Gateway:Dispatch:AskInterval=00:00:00.5", "--GENAI_ENVIRONMENT=testing");

    private async Task<HttpClient> ConnectAsync(ServerProcess gateway)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Eventually.TrueAsync(async () =>
        {
            Assert.False(gateway.HasExited, gateway.Output);
            try
            {
                return (await StatusAsync(http, $"http://127.0.0.1:{_ports[0]}/alive")).Status == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, Token, TimeSpan.FromMinutes(2));
        return http;
    }

    private async Task<string> SubmitAsync(HttpClient http, string? clientId = null)
    {
        var prompt = Prompt();
        if (clientId is not null) prompt["client_id"] = clientId;
        using var response = await http.PostAsJsonAsync(new Uri(Flux, "prompt"), prompt, Token);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["prompt_id"]!.ToString();
    }

    private async Task<string> StateAsync(HttpClient http, string id) =>
        JsonNode.Parse(await http.GetStringAsync(new Uri(Flux, $"api/jobs/{id}"), Token))!["status"]!.ToString();

    private static JsonNode Prompt() => JsonNode.Parse(Submissions.ComfyUI().Payload.Span)!;

    private static async Task<(HttpStatusCode Status, bool RetryAfter)> StatusAsync(HttpClient http, string address)
    {
        using var response = await http.GetAsync(address, Token);
        return (response.StatusCode, response.Headers.RetryAfter is not null);
    }

    private static Task<LocalServer> SocketServerAsync() => LocalServer.StartAsync(app => app.Run(async context =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[8];
        try
        {
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: WebSocketMessageType.Text, Count: var count })
                await socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The gateway cut it.
        }
    }), Token);

    private static async Task<ClientWebSocket> OpenAsync(TestGateway gateway)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(gateway.StableDiffusion) { Scheme = "ws", Path = "/echo" }.Uri, Token);
        await EchoAsync(socket);
        return socket;
    }

    private static async Task EchoAsync(WebSocket socket)
    {
        await socket.SendAsync("ping"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Token);
        var buffer = new byte[8];
        Assert.Equal(4, (await socket.ReceiveAsync(buffer, Token)).Count);
    }
}
