using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenAI.Compat.Tests.Aspire;

public sealed class WaitingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitFor_starts_only_when_the_dependency_is_healthy()
    {
        await using var application = new TestApplication();
        var healthy = false;
        application.Builder.Services.AddHealthChecks().AddCheck("gate", () => Volatile.Read(ref healthy) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        var first = application.AddScript("first", "sleep 300").WithHealthCheck("gate");
        application.AddScript("second", "sleep 300").WaitFor(first);
        await application.StartAsync();

        await application.StateAsync("first", "Running");
        await application.StateAsync("second", "Waiting");
        Assert.Equal(HealthStatus.Unhealthy, application.Current("first").Snapshot.HealthStatus);

        Volatile.Write(ref healthy, true);
        await application.StateAsync("second", "Running");
        Assert.Equal(HealthStatus.Healthy, application.Current("first").Snapshot.HealthStatus);
    }

    [Fact]
    public async Task WaitFor_waits_for_the_handlers_of_the_ready_event_too()
    {
        await using var application = new TestApplication();
        var prepared = new TaskCompletionSource();
        var first = application.AddScript("first", "sleep 300").OnResourceReady((_, _, _) => prepared.Task);
        application.AddScript("second", "sleep 300").WaitFor(first);
        await application.StartAsync();

        await application.StateAsync("first", "Running");
        await application.StateAsync("second", "Waiting");
        prepared.SetResult();

        await application.StateAsync("second", "Running");
    }

    [Fact]
    public async Task WaitForStart_does_not_ask_for_health()
    {
        await using var application = new TestApplication();
        application.Builder.Services.AddHealthChecks().AddCheck("never", () => HealthCheckResult.Unhealthy());
        var first = application.AddScript("first", "sleep 300").WithHealthCheck("never");
        application.AddScript("second", "sleep 300").WaitForStart(first);
        await application.StartAsync();

        await application.StateAsync("second", "Running");

        Assert.Equal(HealthStatus.Unhealthy, application.Current("first").Snapshot.HealthStatus);
    }

    [Theory]
    [InlineData(0, "Running")]
    [InlineData(4, "FailedToStart")]
    public async Task WaitForCompletion_asks_for_the_exit_code(int exitCode, string expected)
    {
        await using var application = new TestApplication();
        var migration = application.AddScript("migration", $"exit {exitCode}");
        application.AddScript("service", "sleep 300").WaitForCompletion(migration);
        await application.StartAsync();

        var service = await application.Notifications.WaitForResourceAsync(
            "service", e => e.Snapshot.State?.Text is "Running" or "FailedToStart", application.Cancellation);

        Assert.Equal(expected, service.Snapshot.State?.Text);
        if (exitCode != 0)
        {
            Assert.Equal(
                "Resource 'service' stopped waiting for dependency resource 'migration' because it entered the 'Finished' state "
                + "with exit code '4', expected '0'.",
                service.Snapshot.Reason);
        }
    }

    [Fact]
    public async Task Without_the_dashboard_a_waiter_gives_up_on_what_has_ended()
    {
        await using var application = new TestApplication();
        var broken = application.Builder.AddExecutable("broken", "no-such-program", ".");
        application.AddScript("service", "sleep 300").WaitFor(broken);
        await application.StartAsync();

        var service = await application.StateAsync("service", "FailedToStart");
        var waiting = await Assert.ThrowsAsync<DistributedApplicationException>(() => application.HealthyAsync("broken"));

        Assert.Equal("Resource 'service' stopped waiting for dependency resource 'broken' because it failed to start.", service.Snapshot.Reason);
        Assert.Contains("no-such-program", waiting.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiter_that_was_told_to_goes_on_waiting_until_the_dependency_is_started_again()
    {
        await using var application = new TestApplication();
        using var folder = new GenAI.Testing.TemporaryFolder();
        var go = folder.Combine("go");
        application.Builder.Services.AddHealthChecks().AddCheck("gate", () => File.Exists(go) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        var first = application.AddScript("first", $"test -e {go} && exec sleep 300; exit 1").WithHealthCheck("gate");
        application.AddScript("second", "sleep 300").WaitFor(first, WaitBehavior.WaitOnResourceUnavailable);
        await application.StartAsync();
        await application.StateAsync("first", "Finished");
        await application.StateAsync("second", "Waiting");

        await File.WriteAllTextAsync(go, "", Cancellation);
        var started = await application.App.ResourceCommands.ExecuteCommandAsync("first", KnownResourceCommands.StartCommand, Cancellation);

        Assert.True(started.Success, started.Message);
        await application.StateAsync("second", "Running");
    }

    [Fact]
    public async Task A_resource_started_by_hand_does_not_wait()
    {
        await using var application = new TestApplication();
        var never = application.AddScript("never", "sleep 300").WithExplicitStart();
        application.AddScript("service", "sleep 300").WaitFor(never).WithExplicitStart();
        await application.StartAsync();
        Assert.Equal("NotStarted", application.Current("service").Snapshot.State?.Text);

        await application.App.ResourceCommands.ExecuteCommandAsync("service", KnownResourceCommands.StartCommand, Cancellation);

        Assert.Equal("Running", application.Current("service").Snapshot.State?.Text);
        Assert.Equal("NotStarted", application.Current("never").Snapshot.State?.Text);
    }

    [Fact]
    public async Task A_resource_that_waits_can_be_started_by_hand()
    {
        await using var application = new TestApplication();
        var never = application.AddScript("never", "sleep 300").WithExplicitStart();
        application.AddScript("service", "sleep 300").WaitFor(never);
        await application.StartAsync();
        await application.StateAsync("service", "Waiting");

        await application.App.ResourceCommands.ExecuteCommandAsync("service", KnownResourceCommands.StartCommand, application.Cancellation);

        Assert.Equal("Running", application.Current("service").Snapshot.State?.Text);
    }

    [Fact]
    public async Task A_start_by_hand_counts_even_before_the_waiting_has_begun()
    {
        await using var application = new TestApplication();
        var (begun, prepared) = (new TaskCompletionSource(), new TaskCompletionSource());
        var never = application.AddScript("never", "sleep 300").WithExplicitStart();
        application.AddScript("service", "sleep 300").WaitFor(never).OnBeforeResourceStarted((_, _, _) =>
        {
            begun.TrySetResult();
            return prepared.Task;
        });
        await application.StartAsync();
        await begun.Task.WaitAsync(application.Cancellation);

        var start = application.App.ResourceCommands.ExecuteCommandAsync("service", KnownResourceCommands.StartCommand, application.Cancellation);
        prepared.SetResult();

        Assert.True((await start).Success);
        Assert.Equal("Running", application.Current("service").Snapshot.State?.Text);
    }

    [Fact]
    public async Task Nothing_starts_once_the_application_stops()
    {
        await using var application = new TestApplication();
        application.AddScript("service", "sleep 300").WithExplicitStart();
        await application.StartAsync();
        await application.App.StopAsync(application.Cancellation);

        var start = await application.App.ResourceCommands.ExecuteCommandAsync("service", KnownResourceCommands.StartCommand, application.Cancellation);

        Assert.Equal((false, true), (start.Success, start.Canceled));
        Assert.Equal("NotStarted", application.Current("service").Snapshot.State?.Text);
    }

    [Fact]
    public async Task Restart_gives_a_new_process()
    {
        await using var application = new TestApplication();
        application.AddScript("service", "sleep 300");
        await application.StartAsync();
        var before = TestApplication.ProcessIdOf((await application.StateAsync("service", "Running")).Snapshot);

        await application.App.ResourceCommands.ExecuteCommandAsync("service", KnownResourceCommands.RestartCommand, Cancellation);

        var after = application.Current("service").Snapshot;
        Assert.Equal("Running", after.State?.Text);
        Assert.NotEqual(before, TestApplication.ProcessIdOf(after));
        Assert.False(Processes.IsAlive(before));
    }

    [Fact]
    public void A_resource_cannot_wait_for_itself()
    {
        var application = new TestApplication();
        var service = application.AddScript("service", "true");

        Assert.Throws<DistributedApplicationException>(() => service.WaitFor(service));
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_says_what_the_state_was()
    {
        await using var application = new TestApplication();
        application.AddScript("service", "sleep 300");
        await application.StartAsync();
        await application.StateAsync("service", "Running");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var exception = await Assert.ThrowsAsync<OperationCanceledException>(
            () => application.Notifications.WaitForResourceAsync("service", "Finished", cancelled.Token));

        Assert.Contains("failed to reach one of the target states: [Finished]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Its state is 'Running', Healthy.", exception.Message, StringComparison.Ordinal);
    }
}
