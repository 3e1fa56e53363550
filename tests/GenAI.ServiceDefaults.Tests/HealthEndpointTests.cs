using System.Net;
using System.Net.Http.Json;
using GenAI.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;

namespace GenAI.ServiceDefaults.Tests;

public sealed class HealthEndpointTests
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task A_healthy_service_says_so_and_how_long_it_took(string path)
    {
        await using var service = new SampleFactory(("VERSION", "3.2.1"));
        using var response = await service.CreateClient().GetAsync(path, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<HealthAnswer>(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(("healthy", "3.2.1"), (answer!.Status, answer.Version));
        var check = Assert.Single(answer.Checks);
        Assert.Equal(("self", "healthy"), (check.Name, check.Status));
        Assert.InRange(check.DurationMilliseconds, 0, answer.DurationMilliseconds);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Testing")]
    [InlineData("Production")]
    public async Task Both_are_mapped_in_every_environment(string environment)
    {
        await using var service = new SampleFactory(("environment", environment));
        using var client = service.CreateClient();
        foreach (var path in new[] { "/health", "/alive" })
        {
            using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("no", "The disk is full.")]
    [InlineData("throws", "The check failed; the log says why.")]
    public async Task A_failed_check_makes_the_service_unready_but_not_dead(string ready, string description)
    {
        await using var service = new SampleFactory(("Sample:Ready", ready));
        using var client = service.CreateClient();

        using var health = await client.GetAsync("/health", TestContext.Current.CancellationToken);
        var body = await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var answer = await health.Content.ReadFromJsonAsync<HealthAnswer>(TestContext.Current.CancellationToken);
        using var alive = await client.GetAsync("/alive", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.True(health.Headers.CacheControl!.NoStore);
        Assert.Equal("unhealthy", answer!.Status);
        Assert.Equal(["self healthy ", $"storage unhealthy {description}"], answer.Checks.Select(check => $"{check.Name} {check.Status} {check.Description}"));
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task A_service_with_a_health_of_its_own_keeps_the_rest()
    {
        await using var service = new SampleFactory(("Sample:OwnHealth", "true"));
        using var client = service.CreateClient();

        using var health = await client.GetAsync("/health", TestContext.Current.CancellationToken);
        using var alive = await client.GetAsync("/alive", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, health.StatusCode);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task A_failing_check_is_logged_once_and_with_its_exception()
    {
        await using var service = new SampleProcess(("GENAI_ENVIRONMENT", "production"), ("Sample__Ready", "throws"));
        using var client = new HttpClient { BaseAddress = await service.ListeningAsync() };
        for (var i = 0; i < 3; i++) (await client.GetAsync("/health", TestContext.Current.CancellationToken)).Dispose();

        var line = await service.JsonLineAsync("Health check 'storage' is now unhealthy");
        await client.GetStringAsync("/log", TestContext.Current.CancellationToken);
        await service.JsonLineAsync("A warning line");

        Assert.Contains("secret path", line.GetProperty("Exception").GetString(), StringComparison.Ordinal);
        Assert.Single(service.Output, text => text.Contains("storage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_that_fails_as_long_as_the_service_starts_is_no_error()
    {
        await using var service = new SampleProcess(("GENAI_ENVIRONMENT", "production"), ("Sample__Ready", "later"));
        using var client = new HttpClient { BaseAddress = await service.ListeningAsync() };
        using var health = await client.GetAsync("/health", TestContext.Current.CancellationToken);
        var line = await service.JsonLineAsync("Health check 'storage' is now unhealthy");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal("Information", line.GetProperty("LogLevel").GetString());
    }

    [Fact]
    public async Task The_endpoints_can_be_kept_to_one_host()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        app.MapDefaultEndpoints().RequireHost("inside");
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = app.GetTestClient();

        foreach (var path in new[] { "/health", "/alive", "/metrics" })
        {
            using var inside = await client.GetAsync($"http://inside{path}", TestContext.Current.CancellationToken);
            using var outside = await client.GetAsync($"http://outside{path}", TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (inside.StatusCode, outside.StatusCode));
        }
    }
}
