using System.Net;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access;
using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Usage;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.Gateway.Tests.Access;

public sealed class QuotaTests : IAsyncLifetime
{
    private static readonly JobDemand OneImage = new() { Checkpoint = "c", Steps = 10, Pixels = 100, Images = 1 };

    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 22, 0, 0, TimeSpan.Zero));
    private KeyedGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _gateway = KeyedGateway.Start(clock: _clock);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Requests_beyond_the_minutes_are_429_until_there_are_more_again()
    {
        var key = await _gateway.CreateKeyAsync(new() { Quotas = new() { RequestsPerMinute = 2 } }, Token);
        using var client = _gateway.Connect(key.Key);

        using var first = await client.GetAsync("v1/models", Token);
        Assert.Equal(["2", "1", "61", "2;w=60"], Headers(first));
        await client.GetAsync("v1/models", Token);
        using var refused = await client.GetAsync("v1/models", Token);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(["2", "0", "61", "2;w=60"], Headers(refused));
        Assert.Equal(TimeSpan.FromSeconds(61), refused.Headers.RetryAfter?.Delta);
        var error = await ErrorBody.OpenAIAsync(refused, Token);
        Assert.Equal(("rate_limit_exceeded", "rate_limit_error"), (error.Code, error.Type));
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/models", Token)).StatusCode);
    }

    [Fact]
    public async Task A_key_without_a_quota_has_no_rate_headers()
    {
        using var client = _gateway.Connect(_gateway.AdminKey);

        using var response = await client.GetAsync("v1/models", Token);

        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("RateLimit", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(2, 0, 1, true)]
    [InlineData(1, 1, 1, false)]
    [InlineData(0, 3, 1, false)]
    [InlineData(0, 0, 4, false)]
    public async Task Jobs_waiting_and_running_are_limited(int queued, int running, int more, bool allowed)
    {
        var caller = await CallerAsync(new() { Quotas = new() { ConcurrentJobs = 3, QueuedJobs = more == 1 && queued == 1 ? 1 : null } });

        var error = Admission.Admit(caller, "flux-1-dev", [.. Enumerable.Repeat(OneImage, more)], new CallerLoad(queued, running));

        Assert.Equal(allowed, error is null);
        if (error is null) return;
        Assert.Equal((429, "quota_exceeded"), (error.Status, error.Code));
        Assert.Equal(more == 4, error.RetryAfter is null);
    }

    [Fact]
    public async Task The_days_pixel_steps_are_charged_whole_or_not_and_given_back()
    {
        var caller = await CallerAsync(new() { Quotas = new() { PixelStepsPerDay = 2500 } });

        Assert.Null(Admission.Admit(caller, "flux-1-dev", [OneImage, OneImage], default));
        var error = Admission.Admit(caller, "flux-1-dev", [OneImage], default);
        Assert.Contains("has used 2000 of its 2500", error!.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromHours(2), error.RetryAfter);
        Admission.Refund(caller.Id, [OneImage]);
        Assert.Null(Admission.Admit(caller, "flux-1-dev", [OneImage], default));
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(Admission.Admit(caller, "flux-1-dev", [OneImage, OneImage], default));
        Assert.Null(Admission.Admit(caller, "flux-1-dev", [], default));
    }

    [Fact]
    public async Task A_job_that_is_cancelled_before_it_began_is_given_back_and_one_that_runs_is_not()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Token);
        comfy.Automatic = false;
        await using var gateway = KeyedGateway.Start(new() { ["FLUX_URL"] = comfy.Address.ToString() });
        var key = await gateway.CreateKeyAsync(new(), Token);
        await using var client = new ComfyClient(gateway.Gateway.Flux, key: key.Key);
        string[] ids = [await client.SubmitAsync(ComfyClient.Graph(1)), await client.SubmitAsync(ComfyClient.Graph(2)), await client.SubmitAsync(ComfyClient.Graph(3))];
        await Eventually.TrueAsync(() => comfy.Running.Count == 1, Token);
        await Eventually.TrueAsync(async () => (await gateway.Gateway.Desk.FindAsync(ids[0], Token))!.StartedAt is not null, Token);

        // The last first: none of them is begun meanwhile.
        foreach (var id in ids.Reverse()) await gateway.Gateway.Desk.CancelAsync(id, Token);

        await Eventually.TrueAsync(() => gateway.Gateway.Desk.CountOpen() == 0, Token);
        var usage = gateway.Gateway.Services.GetRequiredService<UsageLedger>().Of(key.Info.Id);
        await Eventually.TrueAsync(() => usage.Today(TimeProvider.System.GetUtcNow()).Amount is { Jobs: 1, PixelSteps: 64 * 64 * 4 }, Token);
    }

    [Fact]
    public async Task A_restart_does_not_give_the_day_back()
    {
        var caller = await CallerAsync(new() { Quotas = new() { PixelStepsPerDay = 1500 } });
        Assert.Null(Admission.Admit(caller, "flux-1-dev", [OneImage], default));

        await _gateway.RestartAsync();

        Assert.Equal(429, Admission.Admit(caller, "flux-1-dev", [OneImage], default)?.Status);
    }

    [Fact]
    public async Task A_model_or_a_scope_that_the_key_has_not_is_403()
    {
        var limited = await CallerAsync(new() { Models = ["flux-1-dev"] });
        var reader = await CallerAsync(new() { Scopes = [KeyScopes.ReadAll] });

        Assert.Equal("model_not_allowed", Admission.Admit(limited, "stable-diffusion-35", [OneImage], default)?.Code);
        Assert.Equal("missing_scope", Admission.Admit(reader, "flux-1-dev", [OneImage], default)?.Code);
        Assert.Null(Admission.Admit(Caller.Anonymous, "flux-1-dev", [OneImage], default));
    }

    private JobAdmission Admission => _gateway.Gateway.Services.GetRequiredService<JobAdmission>();

    private async Task<Caller> CallerAsync(CreateKeyRequest request)
    {
        var key = await _gateway.CreateKeyAsync(request, Token);
        Assert.True(_gateway.Gateway.Services.GetRequiredService<KeyRing>().TryGet(key.Info.Id, out var entry));
        return entry.Caller;
    }

    private static string[] Headers(HttpResponseMessage response) =>
        [.. new[] { "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy" }.Select(name => response.Headers.GetValues(name).Single())];
}
