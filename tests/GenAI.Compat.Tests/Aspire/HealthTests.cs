using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Aspire.Hosting.Testing;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenAI.Compat.Tests.Aspire;

public sealed class HealthTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_says_it_is_unwell_becomes_unhealthy_and_healthy_again()
    {
        await using var application = new TestApplication();
        var clock = new SkippingTimeProvider();
        application.Builder.Services.AddSingleton<TimeProvider>(clock);
        application.AddEcho("shop");
        await application.StartAsync();
        await application.HealthyAsync("shop");
        using var client = application.App.CreateHttpClient("shop");

        using var unwell = await client.PostAsync("/health/503", content: null, Cancellation);
        clock.Skip();
        var unhealthy = await application.Notifications.WaitForResourceAsync("shop", e => e.Snapshot.HealthStatus == HealthStatus.Unhealthy, application.Cancellation);

        Assert.Contains("503", Assert.Single(unhealthy.Snapshot.HealthReports).Description, StringComparison.Ordinal);
        Assert.Equal("Running", unhealthy.Snapshot.State?.Text);

        using var well = await client.PostAsync("/health/200", content: null, Cancellation);
        clock.Skip();
        await application.Notifications.WaitForResourceAsync("shop", e => e.Snapshot.HealthStatus == HealthStatus.Healthy, application.Cancellation);
    }

    [Fact]
    public async Task A_resource_that_runs_again_before_its_end_was_noticed_is_ready_again()
    {
        await using var application = new TestApplication();
        var own = application.Builder.AddResource(new OwnResource("own")).Resource;
        await application.StartAsync();
        await PublishAsync("Running");
        await application.HealthyAsync("own");

        await PublishAsync("Finished");
        await application.Notifications.PublishUpdateAsync(own, snapshot => snapshot with { State = "Starting", ReadyHandlers = null });
        await PublishAsync("Running");

        var ready = await application.HealthyAsync("own");
        Assert.Equal("Running", ready.Snapshot.State?.Text);

        Task PublishAsync(string state) => application.Notifications.PublishUpdateAsync(own, snapshot => snapshot with { State = state });
    }

    [Fact]
    public async Task Health_is_polled_while_handlers_of_the_ready_event_are_at_work()
    {
        await using var application = new TestApplication();
        var clock = new SkippingTimeProvider();
        application.Builder.Services.AddSingleton<TimeProvider>(clock);
        var polls = 0;
        application.Builder.Services.AddHealthChecks().AddCheck("gate", () =>
        {
            Interlocked.Increment(ref polls);
            return HealthCheckResult.Healthy();
        });
        application.AddScript("tool", "sleep 300").WithHealthCheck("gate").OnResourceReady((_, _, cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation));
        await application.StartAsync();

        await Eventually.TrueAsync(
            () =>
            {
                clock.Skip();
                return Volatile.Read(ref polls) >= 3;
            },
            Cancellation);
    }

    [Fact]
    public void Health_is_known_only_while_running_and_a_check_not_yet_reported_is_unhealthy()
    {
        var starting = new CustomResourceSnapshot { ResourceType = "Project", Properties = [], State = "Starting" };
        var running = starting with { State = "Running" };
        var unreported = running with { HealthReports = [new("a", HealthStatus.Healthy, null, null), new("b", null, null, null)] };
        var degraded = running with { HealthReports = [new("a", HealthStatus.Healthy, null, null), new("b", HealthStatus.Degraded, null, null)] };

        Assert.Null(starting.HealthStatus);
        Assert.Equal(HealthStatus.Healthy, running.HealthStatus);
        Assert.Equal(HealthStatus.Unhealthy, unreported.HealthStatus);
        Assert.Equal(HealthStatus.Degraded, degraded.HealthStatus);
        Assert.Null((degraded with { State = "Finished" }).HealthStatus);
    }

    [Theory]
    [InlineData(0, true, 30)]
    [InlineData(1, true, 1)]
    [InlineData(2, true, 2)]
    [InlineData(5, true, 5)]
    [InlineData(60, true, 5)]
    [InlineData(1, false, 0.25)]
    [InlineData(4, false, 1)]
    [InlineData(60, false, 5)]
    public void Polls_are_rare_while_healthy_and_slow_down_while_not(int unhealthyInARow, bool hasBeenHealthy, double seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), HealthPollingSchedule.After(unhealthyInARow, hasBeenHealthy));

    [Fact]
    public void A_health_check_of_an_endpoint_that_is_not_HTTP_is_refused()
    {
        var application = new TestApplication();
        var tool = application.AddScript("tool", "true").WithEndpoint(name: "raw", scheme: "tcp");

        var notHttp = Assert.Throws<DistributedApplicationException>(() => tool.WithHttpHealthCheck(endpointName: "raw"));
        var missing = Assert.Throws<DistributedApplicationException>(() => tool.WithHttpHealthCheck());

        Assert.Contains("'raw' and scheme 'tcp'", notHttp.Message, StringComparison.Ordinal);
        Assert.Contains("no endpoint was found matching one of the specified names: http, https", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_health_check_twice_is_refused()
    {
        var application = new TestApplication();
        var tool = application.AddScript("tool", "true").WithHealthCheck("gate");

        Assert.Throws<DistributedApplicationException>(() => tool.WithHealthCheck("gate"));
    }

    [Fact]
    public async Task A_check_that_nobody_registered_does_not_make_a_resource_healthy()
    {
        await using var application = new TestApplication();
        application.Builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            "cannot be made", _ => throw new InvalidOperationException("no such service"), HealthStatus.Unhealthy, tags: null));
        application.AddScript("tool", "sleep 300").WithHealthCheck("cannot be made");
        await application.StartAsync();

        var reported = await application.Notifications.WaitForResourceAsync(
            "tool", e => e.Snapshot.HealthReports.Any(report => report.Status is not null), application.Cancellation);

        Assert.Equal(HealthStatus.Unhealthy, reported.Snapshot.HealthStatus);
    }

    private sealed class OwnResource(string name) : Resource(name);
}
