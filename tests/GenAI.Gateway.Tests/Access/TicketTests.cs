using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Access;

public sealed class TicketTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private FakeComfyUI _comfy = null!;
    private KeyedGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _comfy = await FakeComfyUI.StartAsync(Token);
        _gateway = KeyedGateway.Start(new() { ["FLUX_URL"] = _comfy.Address.ToString() }, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _comfy.DisposeAsync();
    }

    [Fact]
    public async Task A_ticket_opens_one_WebSocket()
    {
        var ticket = await IssueAsync(_gateway.AdminKey);

        using var socket = await OpenAsync(ticket);
        Assert.Equal(WebSocketState.Open, socket.State);
        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(ticket));
    }

    [Fact]
    public async Task A_ticket_runs_out()
    {
        var ticket = await IssueAsync(_gateway.AdminKey);

        _clock.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(ticket));
    }

    [Fact]
    public async Task A_ticket_is_good_for_nothing_but_a_WebSocket()
    {
        var ticket = await IssueAsync(_gateway.AdminKey);
        using var client = _gateway.Connect(key: null);

        using var response = await client.GetAsync($"v1/models?ticket={ticket}", Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        using var socket = await OpenAsync(ticket);
    }

    [Fact]
    public async Task Revoking_a_key_ends_its_sockets_and_its_tickets()
    {
        var key = await _gateway.CreateKeyAsync(new(), Token);
        using var socket = await OpenAsync(await IssueAsync(key.Key));
        var unused = await IssueAsync(key.Key);
        using var admin = _gateway.Connect(_gateway.AdminKey);

        await new AccessClient(admin).RevokeKeyAsync(key.Info.Id, Token);

        await Assert.ThrowsAnyAsync<WebSocketException>(async () =>
        {
            while (true) await socket.ReceiveAsync(new byte[64 << 10], Token);
        });
        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(unused));
    }

    private async Task<string> IssueAsync(string key)
    {
        using var client = _gateway.Connect(key);
        using var response = await client.PostAsync("v1/tickets", null, Token);
        var issued = await response.Content.ReadFromJsonAsync<IssuedTicket>(AccessJson.Options, Token);
        Assert.Equal(30, issued!.ExpiresIn);
        Assert.True(response.Headers.CacheControl?.NoStore);
        return issued.Ticket;
    }

    private async Task<ClientWebSocket> OpenAsync(string ticket)
    {
        var socket = new ClientWebSocket();
        var address = new UriBuilder(_gateway.Gateway.Flux) { Scheme = "ws", Path = "/ws", Query = $"clientId=c&ticket={ticket}" };
        await socket.ConnectAsync(address.Uri, Token);
        return socket;
    }
}
