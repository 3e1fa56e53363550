using System.Net;
using System.Net.Http.Json;
using GenAI.Testing;
using Microsoft.Extensions.Http.Resilience;

// The same suppression that a user of the official package needs.
#pragma warning disable EXTEXP0001

namespace GenAI.Compat.Tests.Resilience;

public sealed class RetryTests
{
    [Fact]
    public async Task A_transient_failure_is_retried_after_2_4_and_8_seconds_and_then_given_to_the_caller()
    {
        await using var client = new ResilientClient();
        client.Server.Answers(HttpStatusCode.InternalServerError);

        var request = client.GetAsync();
        await client.SkipWaitAsync(TimeSpan.FromSeconds(2));
        await client.SkipWaitAsync(TimeSpan.FromSeconds(4));
        await client.SkipWaitAsync(TimeSpan.FromSeconds(8));

        Assert.Equal(HttpStatusCode.InternalServerError, (await request).StatusCode);
        Assert.Equal(4, client.Server.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.BadGateway)]
    public async Task A_status_that_may_pass_is_retried(HttpStatusCode status)
    {
        await using var client = new ResilientClient();
        client.Server.Answers(status).Answers(HttpStatusCode.OK);
        await AssertSucceedsAfterAsync(2, client);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Found)]
    public async Task A_status_that_will_not_pass_is_not_retried(HttpStatusCode status)
    {
        await using var client = new ResilientClient();
        client.Server.Answers(status);

        Assert.Equal(status, (await client.GetAsync()).StatusCode);
        Assert.Equal(1, client.Server.Requests);
    }

    [Fact]
    public async Task A_failed_connection_is_retried()
    {
        await using var client = new ResilientClient();
        client.Server.Throws(new HttpRequestException("refused")).Answers(HttpStatusCode.OK);
        await AssertSucceedsAfterAsync(2, client);
    }

    [Fact]
    public async Task Another_exception_is_not_retried()
    {
        await using var client = new ResilientClient();
        client.Server.Throws(new FormatException("a bug"));

        await Assert.ThrowsAsync<FormatException>(() => client.GetAsync());
        Assert.Equal(1, client.Server.Requests);
    }

    [Fact]
    public async Task Retry_After_in_seconds_is_the_wait()
    {
        await using var client = new ResilientClient();
        client.Server.Answers(HttpStatusCode.TooManyRequests, In(7)).Answers(HttpStatusCode.OK);
        await AssertSucceedsAfterAsync(7, client);
    }

    [Theory]
    [InlineData(9, 9)]
    [InlineData(-9, 2)]
    public async Task Retry_After_as_a_date_counts_on_the_clock_of_the_container_unless_it_has_passed(int secondsFromNow, int waitSeconds)
    {
        await using var client = new ResilientClient();
        var date = client.Clock.GetUtcNow().AddSeconds(secondsFromNow);
        client.Server
            .Answers(HttpStatusCode.ServiceUnavailable, response => response.Headers.RetryAfter = new(date))
            .Answers(HttpStatusCode.OK);
        await AssertSucceedsAfterAsync(waitSeconds, client);
    }

    [Fact]
    public async Task Retry_After_can_be_ignored()
    {
        await using var client = new ResilientClient(options => options.Retry.ShouldRetryAfterHeader = false);
        client.Server.Answers(HttpStatusCode.TooManyRequests, In(7)).Answers(HttpStatusCode.OK);
        await AssertSucceedsAfterAsync(2, client);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task An_unsafe_method_is_not_retried_when_that_is_disabled(string method)
    {
        await using var client = new ResilientClient(options => options.Retry.DisableForUnsafeHttpMethods());
        client.Server.Answers(HttpStatusCode.InternalServerError);
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://server/");

        using var response = await client.Create().SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(1, client.Server.Requests);
    }

    [Fact]
    public async Task A_safe_method_is_retried_all_the_same()
    {
        await using var client = new ResilientClient(options => options.Retry.DisableForUnsafeHttpMethods());
        client.Server.Throws(new HttpRequestException("refused")).Answers(HttpStatusCode.OK);
        await AssertSucceedsAfterAsync(2, client);
    }

    [Fact]
    public async Task A_body_that_can_be_replayed_is_sent_whole_with_each_attempt()
    {
        await using var client = new ResilientClient();
        client.Server.Answers(HttpStatusCode.InternalServerError).Answers(HttpStatusCode.OK);
        using var body = new MultipartFormDataContent { { new StringContent("cat"), "prompt" }, { JsonContent.Create(7), "seed" } };

        var request = client.Create().PostAsync("http://server/", body, TestContext.Current.CancellationToken);
        await client.SkipWaitAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(HttpStatusCode.OK, (await request).StatusCode);
        Assert.Equal(2, client.Server.Bodies.Count);
        Assert.Equal(client.Server.Bodies[0], client.Server.Bodies[1]);
        Assert.Contains("cat", client.Server.Bodies[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_not_sent_a_second_time()
    {
        await using var client = new ResilientClient();
        client.Server.Answers(HttpStatusCode.InternalServerError);
        using var body = new StreamContent(new MemoryStream("cat"u8.ToArray()));

        using var response = await client.Create().PostAsync("http://server/", body, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(["cat"], client.Server.Bodies);
    }

    [Fact]
    public async Task A_synchronous_request_is_retried_too()
    {
        await using var client = new ResilientClient();
        client.Server.Answers(HttpStatusCode.InternalServerError).Answers(HttpStatusCode.OK);

        var sending = Task.Run(
            () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "http://server/");
                return client.Create().Send(request, TestContext.Current.CancellationToken);
            },
            TestContext.Current.CancellationToken);
        await client.SkipWaitAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(HttpStatusCode.OK, (await sending).StatusCode);
    }

    [Fact]
    public async Task Jitter_spreads_the_waits()
    {
        await using var client = new ResilientClient(options =>
        {
            options.Retry.UseJitter = true;
            options.Retry.Randomizer = () => 0.9;
        });
        client.Server.Answers(HttpStatusCode.InternalServerError).Answers(HttpStatusCode.OK);

        var request = client.GetAsync();
        await Eventually.TrueAsync(() => client.Clock.NextTimerIn < TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken);
        Assert.NotEqual(TimeSpan.FromSeconds(2), client.Clock.NextTimerIn);
        client.Clock.AdvanceToNextTimer();

        Assert.Equal(HttpStatusCode.OK, (await request).StatusCode);
    }

    private static Action<HttpResponseMessage> In(int seconds) => response => response.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));

    private static async Task AssertSucceedsAfterAsync(int waitSeconds, ResilientClient client)
    {
        var request = client.GetAsync();
        await client.SkipWaitAsync(TimeSpan.FromSeconds(waitSeconds));
        Assert.Equal(HttpStatusCode.OK, (await request).StatusCode);
        Assert.Equal(2, client.Server.Requests);
    }
}
