using System.Net;
using GenAI.Testing;
using Microsoft.Extensions.Http.Resilience;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

#pragma warning disable EXTEXP0001 // As in RetryTests.

namespace GenAI.Compat.Tests.Resilience;

public sealed class TimeoutAndLimitTests
{
    [Fact]
    public async Task An_attempt_that_takes_10_seconds_is_given_up_and_retried()
    {
        await using var client = new ResilientClient();
        client.Server.NeverAnswers().Answers(HttpStatusCode.OK);

        var request = client.GetAsync();
        await client.SkipWaitAsync(TimeSpan.FromSeconds(10));
        await client.SkipWaitAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(HttpStatusCode.OK, (await request).StatusCode);
    }

    [Fact]
    public async Task All_attempts_together_may_take_30_seconds()
    {
        await using var client = new ResilientClient();
        client.Server.NeverAnswers();

        var request = client.GetAsync();
        await client.SkipWaitAsync(TimeSpan.FromSeconds(10));
        await client.SkipWaitAsync(TimeSpan.FromSeconds(2));
        await client.SkipWaitAsync(TimeSpan.FromSeconds(10));
        await client.SkipWaitAsync(TimeSpan.FromSeconds(4));
        await client.SkipWaitAsync(TimeSpan.FromSeconds(4));

        var error = await Assert.ThrowsAsync<TimeoutRejectedException>(() => request);
        Assert.Equal(TimeSpan.FromSeconds(30), error.Timeout);
        Assert.Equal(3, client.Server.Requests);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_retried()
    {
        await using var client = new ResilientClient();
        client.Server.NeverAnswers();
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var request = client.Create().GetAsync("http://server/", caller.Token);
        await Eventually.TrueAsync(() => client.Server.Requests == 1, TestContext.Current.CancellationToken);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Equal(1, client.Server.Requests);
    }

    [Fact]
    public async Task The_circuit_opens_for_5_seconds_and_then_tries_again()
    {
        await using var client = WithNervousBreaker();
        client.Server.Answers(HttpStatusCode.InternalServerError).Answers(HttpStatusCode.InternalServerError).Answers(HttpStatusCode.OK);

        await client.GetAsync();
        await client.GetAsync();
        await Assert.ThrowsAsync<BrokenCircuitException>(() => client.GetAsync());
        Assert.Equal(2, client.Server.Requests);

        client.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync()).StatusCode);
    }

    [Fact]
    public async Task An_open_circuit_concerns_all_addresses_unless_pipelines_are_selected_by_authority()
    {
        await using var shared = WithNervousBreaker();
        await using var apart = WithNervousBreaker(builder => builder.SelectPipelineByAuthority());
        foreach (var client in new[] { shared, apart })
        {
            client.Server.Answers(HttpStatusCode.InternalServerError).Answers(HttpStatusCode.InternalServerError).Answers(HttpStatusCode.OK);
            await client.GetAsync("http://one/");
            await client.GetAsync("http://one/");
            await Assert.ThrowsAsync<BrokenCircuitException>(() => client.GetAsync("http://one/"));
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => shared.GetAsync("http://two/"));
        Assert.Equal(HttpStatusCode.OK, (await apart.GetAsync("http://two/")).StatusCode);
    }

    [Fact]
    public async Task A_request_beyond_the_limit_is_rejected_and_a_finished_one_makes_room()
    {
        var rejected = 0;
        await using var client = new ResilientClient(options =>
        {
            options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = 1;
            options.RateLimiter.OnRejected = _ =>
            {
                rejected++;
                return ValueTask.CompletedTask;
            };
        });
        client.Server.NeverAnswers().Answers(HttpStatusCode.OK);
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var first = client.Create().GetAsync("http://server/", caller.Token);

        await Assert.ThrowsAsync<RateLimiterRejectedException>(() => client.GetAsync());
        Assert.Equal(1, rejected);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync()).StatusCode);
    }

    private static ResilientClient WithNervousBreaker(Action<IHttpStandardResiliencePipelineBuilder>? select = null) => new(
        options =>
        {
            options.Retry.DisableFor(HttpMethod.Get);
            options.CircuitBreaker.MinimumThroughput = 2;
        },
        select);
}
