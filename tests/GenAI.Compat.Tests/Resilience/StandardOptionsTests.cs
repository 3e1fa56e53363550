using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.RateLimiting;

#pragma warning disable EXTEXP0001 // As in RetryTests.

namespace GenAI.Compat.Tests.Resilience;

public sealed class StandardOptionsTests
{
    [Fact]
    public void Defaults_are_the_official_ones()
    {
        var options = new HttpStandardResilienceOptions();

        Assert.Equal((1000, 0), (options.RateLimiter.DefaultRateLimiterOptions.PermitLimit, options.RateLimiter.DefaultRateLimiterOptions.QueueLimit));
        Assert.Equal(TimeSpan.FromSeconds(30), options.TotalRequestTimeout.Timeout);
        Assert.Equal((3, TimeSpan.FromSeconds(2)), (options.Retry.MaxRetryAttempts, options.Retry.Delay));
        Assert.Equal((DelayBackoffType.Exponential, true, true), (options.Retry.BackoffType, options.Retry.UseJitter, options.Retry.ShouldRetryAfterHeader));
        Assert.Equal((0.1, 100), (options.CircuitBreaker.FailureRatio, options.CircuitBreaker.MinimumThroughput));
        Assert.Equal(TimeSpan.FromSeconds(30), options.CircuitBreaker.SamplingDuration);
        Assert.Equal(TimeSpan.FromSeconds(5), options.CircuitBreaker.BreakDuration);
        Assert.Equal(TimeSpan.FromSeconds(10), options.AttemptTimeout.Timeout);
        Assert.Equal(
            ["Standard-RateLimiter", "Standard-TotalRequestTimeout", "Standard-Retry", "Standard-CircuitBreaker", "Standard-AttemptTimeout"],
            [options.RateLimiter.Name!, options.TotalRequestTimeout.Name!, options.Retry.Name!, options.CircuitBreaker.Name!, options.AttemptTimeout.Name!]);
    }

    [Fact]
    public async Task All_contradictions_are_reported_when_the_client_is_made()
    {
        await using var client = new ResilientClient(options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(20);
            options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(12);
        });

        var error = Assert.Throws<OptionsValidationException>(() => client.Create());

        Assert.Contains("TotalRequestTimeout (12 s) is less than AttemptTimeout (20 s)", error.Message, StringComparison.Ordinal);
        Assert.Contains("SamplingDuration (30 s) is less than twice AttemptTimeout (20 s)", error.Message, StringComparison.Ordinal);
        Assert.Contains("add up to 14 s, more than TotalRequestTimeout (12 s)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_values_out_of_range_are_reported_with_their_strategy()
    {
        await using var client = new ResilientClient(options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.Zero;
            options.CircuitBreaker.FailureRatio = 2;
            options.Retry.ShouldHandle = null!;
        });

        var error = Assert.Throws<OptionsValidationException>(() => client.Create());

        foreach (var strategy in new[] { "AttemptTimeout: ", "CircuitBreaker: ", "Retry: " })
            Assert.Contains(strategy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_stop_the_host_from_starting()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHttpClient("test").AddStandardResilienceHandler(options => options.AttemptTimeout.Timeout = TimeSpan.FromMinutes(1));
        using var host = builder.Build();

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_section_is_bound_and_an_unknown_key_refused()
    {
        var bound = Bind(new() { ["Limits:TotalRequestTimeout:Timeout"] = "00:00:45", ["Limits:Retry:MaxRetryAttempts"] = "2" });
        Assert.Equal(TimeSpan.FromSeconds(45), bound.TotalRequestTimeout.Timeout);
        Assert.Equal(2, bound.Retry.MaxRetryAttempts);

        Assert.Throws<InvalidOperationException>(() => Bind(new() { ["Limits:Retries"] = "2" }));
    }

    [Fact]
    public async Task Handlers_of_the_defaults_can_be_removed()
    {
        var server = new ScriptedServer().Answers(HttpStatusCode.InternalServerError);
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler());
        services.AddHttpClient("bare").ConfigurePrimaryHttpMessageHandler(() => server).RemoveAllResilienceHandlers();
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("bare");

        using var response = await client.GetAsync("http://server/", TestContext.Current.CancellationToken);

        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Changed_options_make_a_new_pipeline()
    {
        const string PermitLimit = "Limits:RateLimiter:DefaultRateLimiterOptions:PermitLimit";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(PermitLimit, (string?)"1")]).Build();
        var server = new ScriptedServer().NeverAnswers().Answers(HttpStatusCode.OK);
        var services = new ServiceCollection();
        services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => server)
            .AddStandardResilienceHandler(configuration.GetSection("Limits"));
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("test");
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var held = client.GetAsync("http://server/", caller.Token);

        await Assert.ThrowsAsync<RateLimiterRejectedException>(() => client.GetAsync("http://server/", TestContext.Current.CancellationToken));
        configuration[PermitLimit] = "1";
        configuration.Reload();

        using var response = await client.GetAsync("http://server/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task Attempts_retries_and_pipelines_are_measured()
    {
        await using var client = new ResilientClient();
        client.Server.Answers(HttpStatusCode.InternalServerError).Answers(HttpStatusCode.OK);
        var measured = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == "Polly") self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Record(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Record(instrument, tags));
        listener.Start();

        var request = client.GetAsync();
        await client.SkipWaitAsync(TimeSpan.FromSeconds(2));
        await request;

        lock (measured)
        {
            Assert.Contains("resilience.polly.strategy.events OnRetry Standard-Retry", measured);
            Assert.Contains("resilience.polly.strategy.attempt.duration ExecutionAttempt Standard-Retry", measured);
            Assert.Contains("resilience.polly.pipeline.duration PipelineExecuted ", measured);
        }

        void Record(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var values = tags.ToArray().ToDictionary();
            if (!Equals(values["pipeline.name"], "test-standard")) return;
            lock (measured) measured.Add($"{instrument.Name} {values["event.name"]} {values.GetValueOrDefault("strategy.name")}");
        }
    }

    private static HttpStandardResilienceOptions Bind(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        var name = services.AddHttpClient("test").AddStandardResilienceHandler(configuration.GetSection("Limits")).PipelineName;
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<HttpStandardResilienceOptions>>().Get(name);
    }
}
