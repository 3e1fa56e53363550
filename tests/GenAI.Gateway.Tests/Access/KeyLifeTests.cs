using System.Net;
using System.Text;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Access;

/// <summary>Keys from their making to their end, and what is left of them on disk.</summary>
public sealed class KeyLifeTests
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_lives_over_restarts_and_no_file_has_it()
    {
        await using var gateway = KeyedGateway.Start();
        var key = await gateway.CreateKeyAsync(new() { Name = "kept", Models = ["flux-1-dev"], Weight = 2 }, Token);
        await gateway.RestartAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, key.Key));
        using var admin = gateway.Connect(gateway.AdminKey);
        var listed = (await new AccessClient(admin).ListKeysAsync(Token)).Data.Single(one => one.Id == key.Info.Id);
        Assert.Equal(("kept", "active", 2.0, "flux-1-dev"), (listed.Name, listed.Status, listed.Weight, listed.Models.Single()));
        foreach (var file in Directory.GetFiles(gateway.Folder, "access.db*"))
        {
            var bytes = await ReadSharedAsync(file);
            foreach (var secret in new[] { key.Key, gateway.AdminKey })
                Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret[22..])));
        }
    }

    [Fact]
    public async Task The_first_key_is_made_once_in_a_file_of_the_owners()
    {
        await using var gateway = KeyedGateway.Start();

        Assert.True(ApiKeyFormat.IsWellFormed(gateway.AdminKey));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(gateway.FirstKeyFile));
        Assert.Contains(gateway.Gateway.Log.Lines, line => line.Contains(gateway.FirstKeyFile, StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Gateway.Log.Lines, line => line.Contains(gateway.AdminKey, StringComparison.Ordinal));
        File.Delete(gateway.FirstKeyFile);
        await gateway.RestartAsync();
        Assert.False(File.Exists(gateway.FirstKeyFile));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, gateway.AdminKey));
    }

    [Fact]
    public async Task GENAI_ADMIN_KEY_is_the_first_key_where_it_is_set()
    {
        var secret = ApiKeyFormat.NewKey(ApiKeyFormat.NewId());
        await using var gateway = KeyedGateway.Start(new() { ["GENAI_ADMIN_KEY"] = secret });

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, secret));
        Assert.False(File.Exists(gateway.FirstKeyFile));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_says_when()
    {
        await using var gateway = KeyedGateway.Start(clock: _clock);
        var key = await gateway.CreateKeyAsync(new(), Token);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, key.Key));
        using var admin = gateway.Connect(gateway.AdminKey);

        for (var i = 0; i < 2; i++) Assert.Equal("revoked", (await new AccessClient(admin).RevokeKeyAsync(key.Info.Id, Token)).Status);

        using var client = gateway.Connect(key.Key);
        using var response = await client.GetAsync("v1/models", Token);
        var error = await ErrorBody.OpenAIAsync(response, Token);
        Assert.Equal((HttpStatusCode.Unauthorized, "revoked_api_key"), (response.StatusCode, error.Code));
        Assert.Contains("2026-05-01", error.Message, StringComparison.Ordinal);
        await gateway.RestartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, key.Key));
    }

    [Fact]
    public async Task A_key_expires_at_its_time()
    {
        await using var gateway = KeyedGateway.Start(clock: _clock);
        var key = await gateway.CreateKeyAsync(new() { ExpiresAt = _clock.GetUtcNow().AddHours(1) }, Token);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, key.Key));

        _clock.Advance(TimeSpan.FromHours(1));

        using var client = gateway.Connect(key.Key);
        using var response = await client.GetAsync("v1/models", Token);
        Assert.Equal("expired_api_key", (await ErrorBody.OpenAIAsync(response, Token)).Code);
    }

    [Fact]
    public async Task A_rotated_key_works_beside_the_new_one_for_the_overlap()
    {
        await using var gateway = KeyedGateway.Start(clock: _clock);
        var old = await gateway.CreateKeyAsync(new(), Token);
        using var admin = gateway.Connect(gateway.AdminKey);

        var next = await new AccessClient(admin).RotateKeyAsync(old.Info.Id, new() { OverlapSeconds = 600 }, Token);

        Assert.Equal(old.Info.Id, next.Info.Id);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await StatusAsync(gateway, old.Key), await StatusAsync(gateway, next.Key)]);
        _clock.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [await StatusAsync(gateway, old.Key), await StatusAsync(gateway, next.Key)]);
        var last = await new AccessClient(admin).RotateKeyAsync(old.Info.Id, new(), Token);
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [await StatusAsync(gateway, next.Key), await StatusAsync(gateway, last.Key)]);
    }

    [Theory]
    [InlineData("""{"name":""}""", "name is ''")]
    [InlineData("{}", "name is ''")]
    [InlineData("""{"name":"x","scopes":["root"]}""", "scopes is 'root'; expected any of generate, read-own, read-all, admin")]
    [InlineData("""{"name":"x","scopes":[]}""", "at least one of generate")]
    [InlineData("""{"name":"x","scopes":[null]}""", "scopes is ''")]
    [InlineData("""{"name":"x","models":["dall-e-3"]}""", "models is 'dall-e-3'; expected any of comfyui-workflows")]
    [InlineData("""{"name":"x","weight":0}""", "weight is '0'; expected a number from 0.01 to 100")]
    [InlineData("""{"name":"x","expires_at":"2020-01-01T00:00:00Z"}""", "expected a time in the future")]
    [InlineData("""{"name":"x","quotas":{"requests_per_minute":0}}""", "quotas.requests_per_minute is '0'")]
    [InlineData("""{"name":"x","scope":["admin"]}""", "$.scope")]
    [InlineData("""{"name":5}""", "$.name")]
    [InlineData("null", "JSON null")]
    [InlineData("{", "line 1")]
    public async Task A_bad_request_for_a_key_is_400_and_names_what_was_wrong(string body, string reason)
    {
        await using var gateway = KeyedGateway.Start();
        using var admin = gateway.Connect(gateway.AdminKey);

        using var response = await admin.PostAsync("v1/keys", new StringContent(body, Encoding.UTF8, "application/json"), Token);

        var error = await ErrorBody.OpenAIAsync(response, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/v1/keys/nonesuch/rotate", 404)]
    [InlineData("DELETE", "/v1/keys/nonesuch", 404)]
    [InlineData("PUT", "/v1/keys/nonesuch", 405)]
    [InlineData("GET", "/v1/usage?days=0", 400)]
    [InlineData("GET", "/v1/usage?days=x", 400)]
    public async Task What_is_not_there_is_said_in_OpenAIs_shape(string method, string path, int status)
    {
        await using var gateway = KeyedGateway.Start();
        using var admin = gateway.Connect(gateway.AdminKey);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await admin.SendAsync(request, Token);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.NotEmpty((await ErrorBody.OpenAIAsync(response, Token)).Message);
    }

    [Fact]
    public void The_hash_is_compared_whole_and_an_old_secret_counts_only_in_its_time()
    {
        var now = _clock.GetUtcNow();
        var (secret, before) = (ApiKeyFormat.NewKey("abcdefghjk"), ApiKeyFormat.NewKey("abcdefghjk"));
        var key = new ApiKey
        {
            Id = "abcdefghjk", Name = "x", Shown = "", Hash = ApiKey.HashOf(secret), PreviousHash = ApiKey.HashOf(before),
            PreviousValidUntil = now, Scopes = GenAI.Gateway.Access.Scopes.Generate, CreatedAt = now,
        };

        Assert.True(key.Matches(ApiKey.HashOf(secret).AsSpan(), now));
        Assert.False(key.Matches(ApiKey.HashOf(before).AsSpan(), now));
        Assert.True(key.Matches(ApiKey.HashOf(before).AsSpan(), now.AddSeconds(-1)));
        Assert.False((key with { PreviousHash = [] }).Matches(ApiKey.HashOf(before).AsSpan(), now.AddSeconds(-1)));
        for (var i = 0; i < 32; i++)
        {
            var bent = ApiKey.HashOf(secret).ToArray();
            bent[i] ^= 1;
            Assert.False(key.Matches(bent, now));
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(KeyedGateway gateway, string key)
    {
        using var client = gateway.Connect(key);
        using var response = await client.GetAsync("v1/models", Token);
        return response.StatusCode;
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);
        return copy.ToArray();
    }
}
