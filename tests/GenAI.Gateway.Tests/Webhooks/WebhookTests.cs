using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;

namespace GenAI.Gateway.Tests.Webhooks;

public sealed class WebhookTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(Dictionary<string, string> Headers, string Body)> _heard = new();
    private readonly TemporaryFolder _folder = new();
    private LocalServer _receiver = null!;
    private FakeComfyUI _comfy = null!;
    private int _status = 204;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _comfy = await FakeComfyUI.StartAsync(Token);
        _receiver = await LocalServer.StartAsync(app => app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            _heard.Enqueue((context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync()));
            context.Response.StatusCode = _status;
        }), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _comfy.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_end_of_a_job_is_told_with_a_signature_and_an_address_of_its_image()
    {
        await using var gateway = Start();
        using var client = gateway.Connect();

        using var response = await AskAsync(client);
        await Eventually.TrueAsync(() => !_heard.IsEmpty, Token);

        var (headers, body) = _heard.Single();
        var message = JsonSerializer.Deserialize<JsonElement>(body);
        var job = response.Headers.GetValues("X-GenAI-Job").Single();
        Assert.Equal(("job.completed", job, job), (message.GetProperty("type").GetString(), message.GetProperty("data").GetProperty("id").GetString(), headers["webhook-id"]));
        Assert.Equal("a:b/3", message.GetProperty("data").GetProperty("idempotency_key").GetString());
        var secret = (await client.GetFromJsonAsync<JsonElement>("v1/webhooks/secret", Token)).GetProperty("secret").GetString()!;
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}"));
        Assert.Equal($"v1,{Convert.ToBase64String(signed)}", headers["webhook-signature"]);
        Assert.Equal(TestPng.Of(3), await client.GetByteArrayAsync(message.GetProperty("data").GetProperty("images")[0].GetProperty("url").GetString(), Token));
    }

    [Fact]
    public async Task The_end_of_a_prompt_is_told_too_once_though_it_is_repeated()
    {
        await using var gateway = Start();
        await using var client = new ComfyClient(gateway.Flux);
        client.Http.DefaultRequestHeaders.Add("X-GenAI-Webhook", _receiver.Address.ToString());
        client.Http.DefaultRequestHeaders.Add("Idempotency-Key", "a/b");
        var prompt = new JsonObject { ["prompt"] = ComfyClient.Graph(), ["prompt_id"] = Guid.NewGuid().ToString("D") };

        using var accepted = await client.PostAsync("prompt", prompt);
        await Eventually.TrueAsync(() => !_heard.IsEmpty && Outbox().Length == 0, Token);
        using var repeated = await client.PostAsync("prompt", prompt);
        client.Http.DefaultRequestHeaders.Remove("Idempotency-Key");
        using var doubled = await client.PostAsync("prompt", prompt);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Conflict], [accepted.StatusCode, repeated.StatusCode, doubled.StatusCode]);
        Assert.Empty(Outbox());
        var data = JsonSerializer.Deserialize<JsonElement>(_heard.Single().Body).GetProperty("data");
        Assert.Equal((prompt["prompt_id"]!.ToString(), "a/b"), (data.GetProperty("id").GetString(), data.GetProperty("idempotency_key").GetString()));
        Assert.NotEqual(0, data.GetProperty("images").GetArrayLength());

        string[] Outbox() => Directory.GetFiles(Path.Combine(_folder.Path, "webhooks"));
    }

    [Fact]
    public async Task A_prompt_id_that_is_taken_takes_no_webhook_away()
    {
        _comfy.Automatic = false;
        await using var gateway = Start();
        await using var client = new ComfyClient(gateway.Flux);
        client.Http.DefaultRequestHeaders.Add("X-GenAI-Webhook", _receiver.Address.ToString());
        var prompt = new JsonObject { ["prompt"] = ComfyClient.Graph(), ["prompt_id"] = Guid.NewGuid().ToString("D") };

        using var accepted = await client.PostAsync("prompt", prompt);
        using var doubled = await client.PostAsync("prompt", prompt);
        await Eventually.TrueAsync(() => _comfy.Running.Count == 1, Token);
        await _comfy.FinishAsync(_comfy.Running.Keys.Single());

        await Eventually.TrueAsync(() => !_heard.IsEmpty, Token);
        Assert.Equal(HttpStatusCode.Conflict, doubled.StatusCode);
    }

    [Fact]
    public async Task It_is_told_again_until_it_was_heard()
    {
        _status = 500;
        await using var gateway = Start();
        using var client = gateway.Connect();

        using var response = await AskAsync(client);
        await Eventually.TrueAsync(() => _heard.Count >= 2, Token);
        _status = 200;
        await Eventually.TrueAsync(() => !Directory.EnumerateFiles(Path.Combine(_folder.Path, "webhooks")).Any(), Token);

        Assert.Single(_heard.Select(message => message.Headers["webhook-id"]).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_gateway_that_stopped_before_it_was_heard_tells_it_after_its_next_start()
    {
        _status = 500;
        await using (var gateway = Start())
        {
            using var client = gateway.Connect();
            using var response = await AskAsync(client);
            await Eventually.TrueAsync(() => !_heard.IsEmpty, Token);
        }

        _status = 200;
        _heard.Clear();
        await using var next = Start();
        await Eventually.TrueAsync(() => !_heard.IsEmpty, Token);

        Assert.Contains("job.completed", _heard.First().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_client_may_leave()
    {
        _comfy.Automatic = false;
        await using var gateway = Start();
        using var client = gateway.Connect();
        using var leave = new CancellationTokenSource();

        var request = AskAsync(client, leave.Token);
        await Eventually.TrueAsync(() => _comfy.Running.Count == 1, Token);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await _comfy.FinishAsync(_comfy.Running.Keys.Single());

        await Eventually.TrueAsync(() => !_heard.IsEmpty, Token);
        Assert.Contains("job.completed", _heard.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_address_is_refused_and_a_name_that_leads_to_one_is_not_connected_to()
    {
        await using var gateway = Start(allowPrivate: false);
        using var client = gateway.Connect();

        using var refused = await AskAsync(client);
        using var taken = await AskAsync(client, address: $"https://localhost:{_receiver.Address.Port}/");
        await Eventually.TrueAsync(() => gateway.Log.Lines.Any(line => line.Contains("'localhost' is at no public address", StringComparison.Ordinal)), Token);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("invalid_webhook", (await ErrorBody.OpenAIAsync(refused, Token)).Code);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Empty(_heard);
    }

    [Fact]
    public async Task A_key_whose_receiver_hangs_holds_up_nobody_elses()
    {
        var end = new TaskCompletionSource();
        await using var hanging = await LocalServer.StartAsync(app => app.Run(_ => end.Task), Token);
        await using var gateway = KeyedGateway.Start(new()
        {
            ["FLUX_URL"] = _comfy.Address.ToString(),
            ["GenAI:Gateway:Webhooks:AllowPrivate"] = "true",
            ["GenAI:Gateway:Webhooks:Concurrency"] = "2",
        });
        using var careless = gateway.Connect((await gateway.CreateKeyAsync(new CreateKeyRequest(), Token)).Key);
        using var other = gateway.Connect((await gateway.CreateKeyAsync(new CreateKeyRequest(), Token)).Key);

        for (var seed = 0; seed < 3; seed++)
        {
            using var hung = await AskAsync(careless, address: hanging.Address.ToString(), seed: seed);
        }

        using var response = await AskAsync(other);
        // Sooner than the first of them is given up.
        await Eventually.TrueAsync(() => !_heard.IsEmpty, Token, TimeSpan.FromSeconds(10));
        end.SetResult();

        Assert.Equal(response.Headers.GetValues("X-GenAI-Job").Single(), _heard.Single().Headers["webhook-id"]);
    }

    private TestGateway Start(bool allowPrivate = true) => TestGateway.Start(settings: new()
    {
        ["FLUX_URL"] = _comfy.Address.ToString(),
        ["GenAI:Gateway:Jobs:Folder"] = _folder.Path,
        ["GenAI:Gateway:Webhooks:AllowPrivate"] = $"{allowPrivate}",
        ["GenAI:Gateway:Webhooks:FirstPause"] = "00:00:00.2",
    });

    private async Task<HttpResponseMessage> AskAsync(HttpClient client, CancellationToken? token = null, string? address = null, int seed = 3)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/images/generations")
        {
            Content = JsonContent.Create(new { prompt = "x", seed }),
            Headers = { { "X-GenAI-Webhook", address ?? _receiver.Address.ToString() }, { "Idempotency-Key", $"a:b/{seed}" } },
        };
        return await client.SendAsync(request, token ?? Token);
    }
}
