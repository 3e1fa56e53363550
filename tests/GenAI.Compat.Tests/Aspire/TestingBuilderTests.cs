using System.Net;
using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace GenAI.Compat.Tests.Aspire;

/// <summary>An AppHost's own Main, run inside a test.</summary>
public sealed class TestingBuilderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_AppHost_runs_in_a_test_and_leaves_nothing_behind()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.EchoAppHost>(["--FrontPort=1"], Cancellation);
        var app = await builder.BuildAsync(Cancellation);
        await app.StartAsync(Cancellation);

        var front = await app.ResourceNotifications.WaitForResourceHealthyAsync("front", Cancellation);
        using var client = app.CreateHttpClient("front");
        var environment = (await client.GetFromJsonAsync<Dictionary<string, string>>("/environment", Cancellation))!;

        Assert.NotEqual(1, app.GetEndpoint("front").Port);
        Assert.Equal(app.GetEndpoint("back", "api").ToString().TrimEnd('/'), environment["services__back__api__0"]);

        await app.DisposeAsync();
        Assert.False(Processes.IsAlive(TestApplication.ProcessIdOf(front.Snapshot)));
    }

    [Fact]
    public async Task A_test_can_change_what_the_AppHost_described_before_it_is_built()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.EchoAppHost>(Cancellation);
        builder.CreateResourceBuilder<ProjectResource>("front").WithEnvironment("GREETING", "from the test").WithExplicitStart();
        builder.CreateResourceBuilder<ProjectResource>("back").WithEnvironment("GREETING", "from the test");
        await using var app = await builder.BuildAsync(Cancellation);
        await app.StartAsync(Cancellation);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("back", Cancellation);

        using var client = app.CreateHttpClient("back", "api");
        var environment = (await client.GetFromJsonAsync<Dictionary<string, string>>("/environment", Cancellation))!;

        Assert.Equal("from the test", environment["GREETING"]);
        Assert.True(app.ResourceNotifications.TryGetCurrentState("front", out var front));
        Assert.Equal("NotStarted", front.Snapshot.State?.Text);
    }

    [Fact]
    public async Task A_builder_that_is_never_built_is_disposed_without_starting_anything()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.EchoAppHost>(Cancellation);

        await builder.DisposeAsync();

        Assert.Equal(["back", "front"], builder.Resources.Select(resource => resource.Name));
    }

    [Fact]
    public async Task Fixed_ports_are_kept_when_randomising_is_switched_off()
    {
        var port = new LocalPorts().Next();
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.EchoAppHost>(
            [$"--FrontPort={port}", "--DcpPublisher:RandomizePorts=false"], Cancellation);
        await using var app = await builder.BuildAsync(Cancellation);
        await app.StartAsync(Cancellation);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("front", Cancellation);

        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://localhost:{port}/health"), Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task What_does_not_exist_is_named()
    {
        await using var application = new TestApplication();
        application.AddScript("tool", "true").WithExplicitStart();
        await application.StartAsync();

        var noResource = Assert.Throws<ArgumentException>(() => application.App.GetEndpoint("nothing"));
        var noEndpoint = Assert.Throws<ArgumentException>(() => application.App.GetEndpoint("tool", "http"));
        var noWait = await Assert.ThrowsAsync<DistributedApplicationException>(() => application.HealthyAsync("nothing"));

        Assert.Contains("'nothing' not found", noResource.Message, StringComparison.Ordinal);
        Assert.Contains("'http' for resource 'tool' not found", noEndpoint.Message, StringComparison.Ordinal);
        Assert.Contains("does not exist in the application model", noWait.Message, StringComparison.Ordinal);
    }
}
