using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire.Containers;

/// <summary>Containers of an application on a real engine, from start to end.</summary>
public sealed class ContainerRunTests : IAsyncLifetime
{
    private TestApplication _application = null!;

    public async ValueTask InitializeAsync()
    {
        await Engine.RequireAsync();
        _application = new TestApplication();
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
            await _application.DisposeAsync();
    }

    [Fact]
    public async Task A_container_gets_its_arguments_environment_mounts_and_runtime_arguments()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("note.txt"), "from the host", TestContext.Current.CancellationToken);
        var secret = _application.Builder.AddParameter("word", "s3cr3t, with = and \"quotes\"", secret: true);
        Box("box", "echo $PLAIN; echo \"$WORD\"; echo $PATH; cat /data/note.txt; echo; hostname; touch /data/x 2>/dev/null || touch /scratch/x && echo written; id -u")
            .WithEnvironment("PLAIN", "plain").WithEnvironment("WORD", secret).WithEnvironment("PATH", "/bin")
            .WithEnvironment(context => context.EnvironmentVariables["LATER"] = 1)
            .WithBindMount(folder.Path, "/data", isReadOnly: true)
            .WithVolume("/scratch")
            .WithContainerRuntimeArgs("--hostname", "boxed", "--user", "0");

        await _application.StartAsync();
        var ended = await _application.StateAsync("box", "Exited");

        Assert.Equal(0, ended.Snapshot.ExitCode);
        var lines = await _application.LinesAsync("box");
        Assert.Equal(["plain", "s3cr3t, with = and \"quotes\"", "/bin", "from the host", "boxed"], lines.Take(5));
        Assert.Equal(["written", "0"], lines.TakeLast(2));
        Assert.Equal("1", ended.Snapshot.EnvironmentVariables.Single(variable => variable.Name == "LATER").Value);
    }

    [Fact]
    public async Task Containers_reach_each_other_by_name_and_this_machine_by_the_hosts_name()
    {
        var service = _application.AddEcho("service");
        var web = Box("web", "mkdir /www; echo hello from web > /www/index.html; exec httpd -f -p 8080 -h /www").WithHttpEndpoint(targetPort: 8080).WithHttpHealthCheck("/");
        Box("client", "wget -qO- $WEB_HTTP/index.html; wget -qO- http://web:8080; wget -qO- $HOST/health; echo; echo $HOST $WEB $WEB_PORT")
            .WithReference(web.GetEndpoint("http"))
            .WithEnvironment("HOST", service.GetEndpoint("http"))
            .WithEnvironment("WEB", ReferenceExpression.Create($"at {web.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}"))
            .WithEnvironment("WEB_PORT", web.GetEndpoint("http").Property(EndpointProperty.TargetPort))
            .WaitFor(web).WaitFor(service);

        await _application.StartAsync();
        var ended = await _application.StateAsync("client", "Exited");

        var lines = await _application.LinesAsync("client");
        Assert.True(ended.Snapshot.ExitCode == 0, string.Join('\n', lines));
        Assert.Equal(["hello from web", "hello from web"], lines.Take(2));
        Assert.Matches(@"^http://host\.docker\.internal:\d+ at web\.dev\.internal:8080 8080$", lines[^1]);
    }

    [Fact]
    public async Task A_connection_string_is_what_its_reader_can_connect_to()
    {
        var db = Box("db", "sleep 300").WithEndpoint(targetPort: 5432, name: "tcp");
        var user = _application.Builder.AddParameter("user", "admin");
        var orders = _application.Builder.AddConnectionString(
            "orders", ReferenceExpression.Create($"Host={db.GetEndpoint("tcp").Property(EndpointProperty.HostAndPort)};User={user}"));
        Box("client", "echo $ConnectionStrings__orders").WithReference(orders).WaitFor(orders);
        _application.AddScript("script", "echo $ConnectionStrings__orders").WithReference(orders).WaitFor(orders);

        await _application.StartAsync();
        await _application.StateAsync("client", "Exited");
        await _application.StateAsync("script", "Finished");

        Assert.Equal(["Host=db.dev.internal:5432;User=admin"], await _application.LinesAsync("client"));
        Assert.Equal([$"Host=localhost:{db.GetEndpoint("tcp").Port};User=admin"], await _application.LinesAsync("script"));
    }

    [Fact]
    public async Task A_container_is_told_a_URL_of_this_machine_as_it_reaches_it()
    {
        Box("box", "echo $OTEL_EXPORTER_OTLP_ENDPOINT $OTEL_SERVICE_NAME").WithOtlpExporter();
        _application.Builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:4317";

        await _application.StartAsync();
        await _application.StateAsync("box", "Exited");

        Assert.Matches(@"^http://host\.docker\.internal:\d+ box$", Assert.Single(await _application.LinesAsync("box")));
    }

    [Fact]
    public async Task An_endpoint_is_published_on_loopback_at_the_port_that_others_are_told()
    {
        var port = FreePorts.Take(1)[0];
        var web = Box("web", "mkdir /www; echo hello > /www/index.html; exec httpd -f -p 80 -h /www")
            .WithHttpEndpoint(port: port, targetPort: 80, isProxied: false).WithHttpHealthCheck("/");

        await _application.StartAsync();
        var healthy = await _application.HealthyAsync("web");

        using var client = new HttpClient();
        Assert.Equal("hello\n", await client.GetStringAsync(new Uri(web.GetEndpoint("http").Url), _application.Cancellation));
        Assert.Equal($"http://localhost:{port}", web.GetEndpoint("http").Url);
        Assert.Equal($"127.0.0.1:{port}", await Engine.DockerAsync("port", healthy.ResourceId, "80/tcp"));
    }

    [Fact]
    public async Task Containers_and_their_network_are_gone_when_the_application_has_stopped()
    {
        Box("first", "sleep 300");
        Box("second", "trap 'exit 3' TERM; sleep 300 & wait");
        await _application.StartAsync();
        var containers = new[] { await _application.StateAsync("first", "Running"), await _application.StateAsync("second", "Running") };
        var network = await Engine.DockerAsync("inspect", "--format", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}", containers[0].ResourceId);
        Assert.StartsWith("aspire-session-network-", network, StringComparison.Ordinal);

        await _application.DisposeAsync();

        Assert.False(await Engine.HasContainerAsync(containers[0].ResourceId));
        Assert.False(await Engine.HasContainerAsync(containers[1].ResourceId));
        Assert.DoesNotContain(network, await Engine.DockerAsync("network", "ls", "--format", "{{.Name}}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_is_started_stopped_and_restarted_by_hand()
    {
        Box("box", "echo began; sleep 300").WithExplicitStart();
        await _application.StartAsync();
        await _application.StateAsync("box", "NotStarted");

        Assert.True((await _application.App.ResourceCommands.ExecuteCommandAsync("box", KnownResourceCommands.StartCommand, _application.Cancellation)).Success);
        var first = ContainerIdOf(await _application.StateAsync("box", "Running"));
        Assert.True((await _application.App.ResourceCommands.ExecuteCommandAsync("box", KnownResourceCommands.RestartCommand, _application.Cancellation)).Success);
        var second = ContainerIdOf(await _application.StateAsync("box", "Running"));
        Assert.True((await _application.App.ResourceCommands.ExecuteCommandAsync("box", KnownResourceCommands.StopCommand, _application.Cancellation)).Success);
        await _application.StateAsync("box", "Exited");

        Assert.NotEqual(first, second);
        Assert.Equal(["began", "began"], await _application.LinesAsync("box"));
    }

    [Fact]
    public async Task A_container_that_fails_says_its_exit_code_and_what_it_wrote_last()
    {
        Box("box", "echo going; echo 'no such model' >&2; exit 7");

        await _application.StartAsync();
        var ended = await _application.StateAsync("box", "Exited");

        Assert.Equal(7, ended.Snapshot.ExitCode);
        Assert.Equal("ended unexpectedly with exit code 7; it wrote: no such model", ended.Snapshot.Reason);
    }

    [Fact]
    public async Task What_the_engine_refuses_is_one_line_and_leaves_nothing()
    {
        _application.Builder.AddContainer("box", Engine.Image, Engine.Tag).WithEntrypoint("/no/such/program");
        _application.Builder.AddContainer("absent", "genai-test-absent", "1").WithImagePullPolicy(ImagePullPolicy.Never);
        Box("odd", "true").WithContainerRuntimeArgs("--no-such-option");

        await _application.StartAsync();

        var box = await _application.StateAsync("box", "FailedToStart");
        Assert.Contains("/no/such/program", box.Snapshot.Reason, StringComparison.Ordinal);
        Assert.False(await Engine.HasContainerAsync(box.ResourceId));
        Assert.Contains("the image 'genai-test-absent:1' is not there", (await _application.StateAsync("absent", "FailedToStart")).Snapshot.Reason, StringComparison.Ordinal);
        Assert.Contains("unknown flag: --no-such-option", (await _application.StateAsync("odd", "FailedToStart")).Snapshot.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_endpoint_must_say_where_the_program_listens()
    {
        Box("box", "true").WithHttpEndpoint();

        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(_application.StartAsync);

        Assert.Contains("'http' for container resource 'box' must specify the TargetPort", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_is_built_from_a_Dockerfile_with_its_arguments_up_to_a_stage()
    {
        using var context = Engine.Context(
            """
            FROM scratch AS base
            ARG MOOD=none
            ARG NUMBER
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            RUN echo "$MOOD $NUMBER" > /mood
            CMD ["cat", "/mood"]
            FROM base AS other
            RUN echo wrong > /mood
            """);
        var mood = _application.Builder.AddParameter("mood", "cheerful");
        _application.Builder.AddDockerfile("built-box", context.Path, stage: "base").WithBuildArg("MOOD", mood).WithBuildArg("NUMBER", 7);

        await _application.StartAsync();
        await _application.StateAsync("built-box", "Exited");

        Assert.Equal("cheerful 7", (await _application.LinesAsync("built-box"))[^1]);
    }

    private static string? ContainerIdOf(ResourceEvent resourceEvent)
        => (string?)resourceEvent.Snapshot.Properties.Single(property => property.Name == "container.id").Value;

    private IResourceBuilder<ContainerResource> Box(string name, string script)
        => _application.Builder.AddContainer(name, Engine.Image, Engine.Tag).WithEntrypoint("sh").WithArgs("-c", script);
}
