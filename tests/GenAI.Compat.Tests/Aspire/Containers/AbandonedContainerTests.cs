using Aspire.Hosting;
using Aspire.Hosting.Running;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire.Containers;

/// <summary>However an AppHost ends, its containers and networks go: at once, or when one starts that finds them.</summary>
public sealed class AbandonedContainerTests : IAsyncLifetime
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Engine.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_killed_AppHost_leaves_no_container_and_no_network()
    {
        await using var appHost = EchoAppHostProcess.Start($"--Container={Engine.Image}:{Engine.Tag}");
        await appHost.LineAsync("resources are healthy");
        var (container, network) = await SessionOfAsync(appHost);

        appHost.Signal(ProcessGroups.Kill);

        await Eventually.TrueAsync(async () => !await Engine.HasContainerAsync(container) && !await HasNetworkAsync(network), Cancellation);
    }

    [Fact]
    public async Task Ctrl_C_leaves_no_container_and_no_network()
    {
        await using var appHost = EchoAppHostProcess.Start($"--Container={Engine.Image}:{Engine.Tag}");
        await appHost.LineAsync("resources are healthy");
        var (container, network) = await SessionOfAsync(appHost);

        appHost.Signal(ProcessGroups.Interrupt);
        await appHost.ExitedAsync();

        Assert.Equal(0, appHost.ExitCode);
        Assert.False(await Engine.HasContainerAsync(container));
        Assert.False(await HasNetworkAsync(network));
    }

    [Fact]
    public async Task What_was_left_all_the_same_is_removed_by_the_next_start_and_what_is_in_use_is_not()
    {
        var mine = AppHostIdentity.Of("/somewhere").Owner;
        var gone = mine[..(mine.LastIndexOf(':') + 1)] + "1";
        var abandoned = await LeaveAsync(gone);
        var living = await LeaveAsync(mine);
        var foreign = await LeaveAsync("another-machine/1:2:3");
        await using var application = new TestApplication();
        application.Builder.AddContainer("box", Engine.Image, Engine.Tag).WithArgs("true");

        await application.StartAsync();
        await application.StateAsync("box", "Exited");

        Assert.False(await Engine.HasContainerAsync(abandoned));
        Assert.False(await HasNetworkAsync(abandoned));
        foreach (var kept in new[] { living, foreign })
        {
            Assert.True(await Engine.HasContainerAsync(kept));
            Assert.True(await HasNetworkAsync(kept));
            await Engine.DockerAsync("rm", kept);
            await Engine.DockerAsync("network", "rm", kept);
        }
    }

    [Fact]
    public async Task Without_an_engine_the_container_is_left_out_with_a_reason_and_everything_else_runs()
    {
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = "unix:///no/such/docker.sock", ["ASPIRE_CONTAINER_RUNTIME"] = "docker" };
        await using var appHost = EchoAppHostProcess.Start(environment, "--Container=anything");

        var line = await appHost.LineAsync("→ left out");
        await appHost.LineAsync("2 of 3 resources are healthy; not: box");

        Assert.Contains("docker is installed but does not answer:", line, StringComparison.Ordinal);
        Assert.Single(appHost.Lines, written => written.Contains("does not answer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_engine_that_nobody_knows_is_refused_with_those_there_are()
    {
        await using var application = new TestApplication("--ASPIRE_CONTAINER_RUNTIME=lxc");
        application.Builder.AddContainer("box", "box");
        application.AddScript("script", "sleep 300");

        await application.StartAsync();

        var left = await application.StateAsync("box", "RuntimeUnhealthy");
        Assert.Equal("ASPIRE_CONTAINER_RUNTIME is 'lxc'; expected docker or podman.", left.Snapshot.Reason);
        await application.StateAsync("script", "Running");
    }

    /// <summary>A container and a network of one name, as an AppHost makes them.</summary>
    private static async Task<string> LeaveAsync(string owner)
    {
        var name = $"left-{Guid.NewGuid():N}";
        string[] label = ["--label", $"{AppHostIdentity.OwnerLabel}={owner}"];
        await Engine.DockerAsync(["create", "--name", name, .. label, $"{Engine.Image}:{Engine.Tag}"]);
        await Engine.DockerAsync(["network", "create", .. label, name]);
        return name;
    }

    private static async Task<(string Container, string Network)> SessionOfAsync(EchoAppHostProcess appHost)
    {
        var filter = $"label={AppHostIdentity.OwnerLabel}";
        var rows = await Engine.DockerAsync("ps", "--filter", filter, "--format", $"{{{{.Names}}}} {{{{.Networks}}}} {{{{.Label \"{AppHostIdentity.OwnerLabel}\"}}}}");
        var own = rows.Split('\n').Select(row => row.Split(' ')).Single(row => row[2].Split(':')[1] == $"{appHost.Id}");
        return (own[0], own[1]);
    }

    private static async Task<bool> HasNetworkAsync(string name)
        => (await Programs.RunAsync("docker", ["network", "inspect", name], CancellationToken.None)).ExitCode == 0;
}
