using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace GenAI.Compat.Tests.Aspire.Containers;

/// <summary>A persistent container is kept when the application stops, found by the next run, and made anew when it is to be another.</summary>
public sealed class PersistentContainerTests : IAsyncLifetime
{
    private readonly string _name = $"keep-{Guid.NewGuid():N}"[..13];

    public async ValueTask InitializeAsync() => await Engine.RequireAsync();

    public async ValueTask DisposeAsync()
    {
        if (await Engine.HasContainerAsync(_name))
            await Engine.DockerAsync("rm", "--force", "--volumes", _name);
        // The application keeps the network for its persistent containers: these were all.
        var networks = await Engine.DockerAsync("network", "ls", "--quiet", "--filter", "name=aspire-persistent-network-.*-GenAICompatTests");
        if (networks.Length > 0)
            await Engine.DockerAsync(["network", "rm", .. networks.Split('\n')]);
    }

    [Fact]
    public async Task It_is_kept_and_found_again_and_reached_at_the_runs_own_port()
    {
        var (first, firstUrl) = await RunAsync("one");
        Assert.Equal("true", await Engine.DockerAsync("inspect", "--format", "{{.State.Running}}", _name));

        var (second, secondUrl) = await RunAsync("one");

        Assert.Equal(first, second);
        Assert.NotEqual(firstUrl, secondUrl);
    }

    [Fact]
    public async Task It_is_made_anew_when_its_definition_has_changed()
    {
        var (first, _) = await RunAsync("one");

        var (second, _) = await RunAsync("two");

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task One_that_was_stopped_is_started_again()
    {
        var (first, _) = await RunAsync("one");
        await Engine.DockerAsync("stop", "-t", "0", _name);

        var (second, _) = await RunAsync("one");

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task A_container_of_somebody_elses_is_left_alone()
    {
        await Engine.DockerAsync("create", "--name", _name, $"{Engine.Image}:{Engine.Tag}");
        await using var application = new TestApplication();
        Declare(application, "one");

        await application.StartAsync();

        var failed = await application.StateAsync("keep", "FailedToStart");
        Assert.Contains($"a container named '{_name}' exists that this AppHost did not make", failed.Snapshot.Reason, StringComparison.Ordinal);
        Assert.True(await Engine.HasContainerAsync(_name));
    }

    /// <summary>A whole run of the application, in which the container answers.</summary>
    private async Task<(string Id, string Url)> RunAsync(string word)
    {
        await using var application = new TestApplication();
        var container = Declare(application, word);
        await application.StartAsync();
        await application.HealthyAsync("keep");
        using var client = new HttpClient();
        var url = container.GetEndpoint("http").Url;
        Assert.Equal(word + "\n", await client.GetStringAsync(new Uri(url), application.Cancellation));
        return (await Engine.DockerAsync("inspect", "--format", "{{.Id}}", _name), url);
    }

    private IResourceBuilder<ContainerResource> Declare(TestApplication application, string word)
        => application.Builder.AddContainer("keep", Engine.Image, Engine.Tag)
            .WithEntrypoint("sh").WithArgs("-c", "mkdir -p /www; echo $WORD > /www/index.html; exec httpd -f -p 80 -h /www")
            .WithEnvironment("WORD", word)
            .WithHttpEndpoint(targetPort: 80).WithHttpHealthCheck("/")
            .WithContainerName(_name)
            .WithLifetime(ContainerLifetime.Persistent);
}
