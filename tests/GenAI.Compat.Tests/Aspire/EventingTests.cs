using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace GenAI.Compat.Tests.Aspire;

public sealed class EventingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_resources_life_is_announced_in_order()
    {
        await using var application = new TestApplication();
        var seen = new ConcurrentQueue<string>();
        application.Builder.OnBeforeStart((_, _) => Note("before start"));
        application.AddScript("tool", "exit 0").WithHttpEndpoint()
            .OnResourceEndpointsAllocated((resource, _, _) => Note($"{resource.Name} allocated at {(resource.GetEndpoint("http").IsAllocated ? "its port" : "nothing")}"))
            .OnBeforeResourceStarted((resource, _, _) => Note($"{resource.Name} starts"))
            .OnResourceStopped((resource, stopped, _) => Note($"{resource.Name} stopped with {stopped.ResourceEvent.Snapshot.ExitCode}"));

        await application.StartAsync();
        await GenAI.Testing.Eventually.TrueAsync(() => seen.Count == 4, Cancellation);

        Assert.Equal(["before start", "tool allocated at its port", "tool starts", "tool stopped with 0"], seen);

        Task Note(string what)
        {
            seen.Enqueue(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_handler_that_fails_before_the_start_fails_the_resource_with_the_reason()
    {
        await using var application = new TestApplication();
        application.AddScript("tool", "true").OnBeforeResourceStarted((_, _, _) => throw new InvalidOperationException("no licence"));
        await application.StartAsync();

        var failed = await application.StateAsync("tool", "FailedToStart");

        Assert.Equal("InvalidOperationException: no licence", failed.Snapshot.Reason);
    }

    [Fact]
    public async Task A_resource_of_the_AppHosts_own_may_be_at_work_as_long_as_the_application_runs()
    {
        await using var application = new TestApplication();
        var ended = new TaskCompletionSource();
        application.Builder.AddResource(new OwnResource("own")).OnInitializeResource(async (own, begin, stopping) =>
        {
            await begin.Notifications.PublishUpdateAsync(own, snapshot => snapshot with { State = KnownResourceStates.Running });
            using var stopped = stopping.Register(ended.SetResult);
            await ended.Task;
        });

        await application.StartAsync();
        await application.StateAsync("own", "Running");
        await application.App.StopAsync(application.Cancellation);

        await ended.Task.WaitAsync(application.Cancellation);
    }

    [Fact]
    public async Task A_handler_that_fails_to_begin_fails_its_resource_with_the_reason()
    {
        await using var application = new TestApplication();
        application.Builder.AddResource(new OwnResource("own")).OnInitializeResource((_, _, _) => throw new InvalidOperationException("no licence"));
        await application.StartAsync();

        var failed = await application.StateAsync("own", "FailedToStart");

        Assert.Equal("InvalidOperationException: no licence", failed.Snapshot.Reason);
    }

    [Fact]
    public async Task A_subscription_ends_when_it_is_given_back()
    {
        var eventing = new DistributedApplicationEventing();
        var calls = 0;
        var subscription = eventing.Subscribe<Ping>((_, _) => Task.FromResult(++calls));

        await eventing.PublishAsync(new Ping(), Cancellation);
        eventing.Unsubscribe(subscription);
        await eventing.PublishAsync(new Ping(), Cancellation);

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Whoever_watches_sees_the_last_state_first_and_each_change_once()
    {
        await using var application = new TestApplication();
        var own = application.Builder.AddResource(new OwnResource("own"));
        await application.StartAsync();
        await application.Notifications.PublishUpdateAsync(own.Resource, snapshot => snapshot with { State = "One" });

        var states = new List<string?>();
        await foreach (var resourceEvent in application.Notifications.WatchAsync(Cancellation))
        {
            if (resourceEvent.Resource.Name != "own")
                continue;
            states.Add(resourceEvent.Snapshot.State?.Text);
            if (states.Count == 1)
                await application.Notifications.PublishUpdateAsync(own.Resource, snapshot => snapshot with { State = "Two" });
            if (states.Count == 2)
                break;
        }

        Assert.Equal(["One", "Two"], states);
    }

    [Fact]
    public async Task URLs_are_shown_as_the_AppHost_wants_them()
    {
        await using var application = new TestApplication();
        var tool = application.AddScript("tool", "sleep 300").WithHttpEndpoint(name: "web").WithHttpEndpoint(name: "internal")
            .WithUrlForEndpoint("web", url => url.Url = "/console")
            .WithUrlForEndpoint("internal", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithUrl("https://example.org/manual", "Manual");
        await application.StartAsync();
        await application.StateAsync("tool", "Running");

        var urls = application.Current("tool").Snapshot.Urls;

        Assert.Equal(
            [$"{tool.GetEndpoint("web").Url}/console", tool.GetEndpoint("internal").Url, "https://example.org/manual"], urls.Select(url => url.Url));
        Assert.Equal([false, true, false], urls.Select(url => url.IsInternal));
    }

    private sealed class Ping : IDistributedApplicationEvent;

    private sealed class OwnResource(string name) : Resource(name);
}
