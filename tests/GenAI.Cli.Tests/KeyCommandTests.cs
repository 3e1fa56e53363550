using System.Net;
using System.Text.Json;
using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Cli.Tests;

/// <summary>The verbs against a real gateway.</summary>
public sealed class KeyCommandTests : IAsyncLifetime
{
    private KeyedGateway _gateway = null!;
    private Dictionary<string, string> _environment = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _gateway = KeyedGateway.Start();
        _environment = new() { ["GENAI_URL"] = _gateway.Gateway.Address.ToString(), ["GENAI_API_KEY"] = _gateway.AdminKey };
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_created_key_is_the_only_thing_on_standard_output_and_works()
    {
        var run = await RunAsync("keys create --name ci --model flux-1-dev --expires 30d --requests-per-minute 60");

        Assert.Equal(0, run.Code);
        Assert.True(ApiKeyFormat.IsWellFormed(run.Output.Trim()));
        Assert.Contains("not shown again", run.Error, StringComparison.Ordinal);
        using var client = _gateway.Connect(run.Output.Trim());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/models", Token)).StatusCode);
    }

    [Fact]
    public async Task The_list_shows_what_a_key_may_and_never_the_key()
    {
        var key = (await RunAsync("keys create --name [red]ci --scope generate read-all --requests-per-minute 60 --weight 2.5")).Output.Trim();

        var run = await RunAsync("keys list");

        var row = run.Output.Split('\n').Single(line => line.Contains("[red]ci", StringComparison.Ordinal));
        Assert.All(["active", "generate read-all", "all", "2.5", "60/min", key[..21] + "…"], part => Assert.Contains(part, row, StringComparison.Ordinal));
        Assert.DoesNotContain(key[22..], run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task JSON_is_the_gateways_answer()
    {
        await RunAsync("keys create --name ci");

        var run = await RunAsync("keys list --json");

        var list = JsonSerializer.Deserialize<KeyList>(run.Output, AccessJson.Options)!;
        Assert.Equal(["first admin", "ci"], list.Data.Select(key => key.Name));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task A_revoked_key_is_gone_from_the_list_unless_all_are_asked_for()
    {
        var id = IdOf((await RunAsync("keys create --name old")).Output);

        Assert.Equal(0, (await RunAsync($"keys revoke {id}", answer: "y")).Code);

        Assert.DoesNotContain(id, (await RunAsync("keys list")).Output, StringComparison.Ordinal);
        Assert.Contains("revoked", (await RunAsync("keys list --all")).Output.Split('\n').Single(line => line.Contains(id, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("rotate")]
    public async Task What_cannot_be_taken_back_is_asked_and_not_done_without_a_yes(string verb)
    {
        var key = (await RunAsync("keys create --name kept")).Output.Trim();

        Assert.Equal(130, (await RunAsync($"keys {verb} {IdOf(key)}", answer: "n")).Code);
        var unasked = await RunAsync($"keys {verb} {IdOf(key)}");

        Assert.Equal(2, unasked.Code);
        Assert.Contains("--yes", unasked.Error, StringComparison.Ordinal);
        using var client = _gateway.Connect(key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/models", Token)).StatusCode);
        Assert.Equal(0, (await RunAsync($"keys {verb} {IdOf(key)} --yes")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("v1/models", Token)).StatusCode);
    }

    [Fact]
    public async Task A_rotation_with_an_overlap_leaves_the_old_secret_its_time()
    {
        var old = (await RunAsync("keys create --name x")).Output.Trim();

        var run = await RunAsync($"keys rotate {IdOf(old)} --overlap 24h");

        Assert.Equal(0, run.Code);
        Assert.Equal(IdOf(old), IdOf(run.Output));
        foreach (var key in new[] { old, run.Output.Trim() })
        {
            using var client = _gateway.Connect(key);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/models", Token)).StatusCode);
        }
    }

    [Fact]
    public async Task Usage_names_key_day_and_requests()
    {
        await RunAsync("keys list");

        var run = await RunAsync("usage --days 1");

        Assert.Equal(0, run.Code);
        Assert.Contains("first admin", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("usage --days 1 --json")).Code);
    }

    [Fact]
    public async Task A_refusal_says_what_the_gateway_said_and_has_its_code()
    {
        var reader = (await RunAsync("keys create --name reader --scope read-own")).Output.Trim();

        var forbidden = await RunAsync($"keys list --key {reader}");
        Assert.Equal(4, forbidden.Code);
        Assert.Contains("scope admin", forbidden.Error, StringComparison.Ordinal);
        Assert.Matches(@"\(trace [0-9a-f]{32}\)", forbidden.Error);
        var unknown = await RunAsync($"keys list --key {ApiKeyFormat.NewKey(ApiKeyFormat.NewId())}");
        Assert.Equal(4, unknown.Code);
        var bad = await RunAsync("keys create --name x --model dall-e-3");
        Assert.Equal(1, bad.Code);
        Assert.Contains("models is 'dall-e-3'; expected any of", bad.Error, StringComparison.Ordinal);
        Assert.Empty(bad.Output);
        Assert.Equal(1, (await RunAsync("keys revoke nonesuch --yes")).Code);
    }

    [Fact]
    public async Task Without_a_key_it_says_how_to_give_one()
    {
        _environment.Remove("GENAI_API_KEY");

        var run = await RunAsync("keys list");

        Assert.Equal(4, run.Code);
        Assert.Contains("GENAI_API_KEY", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(string line, string? answer = null) => CommandRun.Of(line, _environment, answer);

    private static string IdOf(string key) => ApiKeyFormat.TryGetId(key.Trim(), out var id) ? id.ToString() : throw new InvalidOperationException(key);
}
