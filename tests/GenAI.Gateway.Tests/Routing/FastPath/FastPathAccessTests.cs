using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing.FastPath;

/// <summary>Keys past the server: who may come that way, and that it is counted as anywhere.</summary>
public sealed class FastPathAccessTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 22, 0, 0, TimeSpan.Zero));
    private ScriptedInstance _instance = null!;
    private KeyedGateway _keyed = null!;
    private volatile bool _isBroken;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _instance = ScriptedInstance.Start(async (_, stream, token) =>
        {
            await stream.WriteAsync(_isBroken ? "nonsense\r\n\r\n"u8.ToArray() : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(), token);
            return true;
        });
        _keyed = KeyedGateway.Start(new() { ["SD35_URL"] = _instance.Address }, _clock);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _keyed.DisposeAsync();
        await _instance.DisposeAsync();
    }

    [Theory]
    [InlineData("Authorization: Bearer {0}")]
    [InlineData("authorization: bearer  {0}")]
    [InlineData("X-API-Key: {0}")]
    public async Task A_key_lets_in_and_does_not_reach_the_instance(string header)
    {
        using var connection = await OpenAsync();

        var head = await AskAsync(connection, string.Format(null, header, _keyed.AdminKey));

        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        Assert.Equal(0, Served());
        Assert.DoesNotContain("genai_", _instance.Requests.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 401)]
    [InlineData("Authorization: Bearer nonsense", 401)]
    [InlineData("Authorization: Bearer {0}\r\nX-API-Key: {0}", 200)]
    [InlineData("X-API-Key: {0}\r\nX-API-Key: {0}", 401)]
    public async Task What_is_not_one_good_key_is_the_servers_to_judge(string headers, int status)
    {
        using var connection = await OpenAsync();

        var head = await AskAsync(connection, string.Format(null, headers, _keyed.AdminKey));

        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.Equal(1, Served());
    }

    [Fact]
    public async Task A_key_for_other_models_or_without_a_scope_that_reads_is_refused()
    {
        var elsewhere = await _keyed.CreateKeyAsync(new() { Models = ["flux-1-dev"] }, Token);
        var here = await _keyed.CreateKeyAsync(new() { Models = ["Stable-Diffusion-35"] }, Token);

        Assert.StartsWith("HTTP/1.1 403 ", await AskOnceAsync(elsewhere), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await AskOnceAsync(here), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_revoked_is_refused_on_the_connection_that_it_has()
    {
        var key = await _keyed.CreateKeyAsync(new(), Token);
        using var connection = await OpenAsync();
        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(connection, Bearer(key)), StringComparison.Ordinal);

        using (var admin = _keyed.Connect(_keyed.AdminKey)) await new AccessClient(admin).RevokeKeyAsync(key.Info.Id, Token);

        Assert.StartsWith("HTTP/1.1 401 ", await AskAsync(connection, Bearer(key)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_minutes_requests_are_counted_and_told_and_the_one_too_many_is_429()
    {
        var key = await _keyed.CreateKeyAsync(new() { Quotas = new() { RequestsPerMinute = 2 } }, Token);
        using var connection = await OpenAsync();
        var served = Served();

        var (first, second) = (await AskAsync(connection, Bearer(key)), await AskAsync(connection, Bearer(key)));
        Assert.Equal(served, Served());
        var third = await AskAsync(connection, Bearer(key));

        Assert.Contains("RateLimit-Policy: 2;w=60\r\nRateLimit-Limit: 2\r\nRateLimit-Remaining: 1\r\nRateLimit-Reset: 61\r\n", first, StringComparison.Ordinal);
        Assert.Contains("RateLimit-Remaining: 0\r\n", second, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 429 ", third, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_failed_at_an_instance_is_counted_once()
    {
        _isBroken = true;
        var key = await _keyed.CreateKeyAsync(new() { Quotas = new() { RequestsPerMinute = 10 } }, Token);

        var head = await AskOnceAsync(key);

        Assert.StartsWith("HTTP/1.1 502 ", head, StringComparison.Ordinal);
        Assert.Contains("RateLimit-Remaining: 9\r\n", head, StringComparison.Ordinal);
        using var client = _keyed.Connect(key.Key);
        var usage = await new AccessClient(client).GetUsageAsync(1, key: null, Token);
        // And this one.
        Assert.Equal(2, usage.Data.Sum(row => row.Requests));
    }

    private static string Bearer(IssuedKey key) => $"Authorization: Bearer {key.Key}";

    private static async Task<string> AskAsync(RawConnection connection, string headers) =>
        (await connection.AskAsync($"GET /x HTTP/1.1\r\nHost: a\r\n{headers}{(headers.Length > 0 ? "\r\n" : "")}\r\n", Token)).Head;

    private int Served() => _keyed.Gateway.Served;

    private Task<RawConnection> OpenAsync() => RawConnection.OpenAsync(_keyed.Gateway.StableDiffusion, Token);

    private async Task<string> AskOnceAsync(IssuedKey key)
    {
        using var connection = await OpenAsync();
        return await AskAsync(connection, Bearer(key));
    }
}
