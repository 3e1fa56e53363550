using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Tests.Api;

[SupportedOSPlatform("linux")]
public sealed class ServiceTests : IAsyncLifetime
{
    private FakeModelServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeModelServer.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task It_is_ready_after_the_first_round_of_probes_even_when_no_model_is_healthy()
    {
        await _server.KillAsync();
        await using var factory = new OrchestratorFactory(("FLUX_URL", _server.Endpoint.ToString()));

        await Eventually.TrueAsync(async () => await StatusAsync(factory, "/health") == HttpStatusCode.OK, Token);

        Assert.Equal(InstanceState.Starting, (await factory.Orchestrator.GetInstanceAsync("flux-1-dev-0", Token))!.State);
    }

    [Fact]
    public async Task It_is_alive_but_not_ready_before_the_first_round()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Answer = _ => held.Task;
        await using var factory = new OrchestratorFactory(("FLUX_URL", _server.Endpoint.ToString()), ("HEALTH_CHECK_INTERVAL", "600"), ("GenAI:Health:Timeout", "00:02:00"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(factory, "/health"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(factory, "/alive"));

        held.SetResult();
        await Eventually.TrueAsync(async () => await StatusAsync(factory, "/health") == HttpStatusCode.OK, Token);
    }

    [Fact]
    public async Task Without_models_it_is_ready_and_lists_nothing()
    {
        await using var factory = new OrchestratorFactory();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(factory, "/health"));
        Assert.Empty((await factory.Orchestrator.GetInstancesAsync(Token)).Instances);
    }

    [Fact]
    public async Task The_machine_is_sampled()
    {
        await using var factory = new OrchestratorFactory(("GenAI:Resources:SampleInterval", "00:00:00.100"));
        var client = factory.Orchestrator;

        // The first sample may not be there yet (503), and has no rates.
        var resources = await Eventually.NotNullAsync(
            async () => await StatusAsync(factory, "/resources") == HttpStatusCode.OK
                && await client.GetResourcesAsync(Token) is { Cpu.Utilization: not null } sampled ? sampled : null,
            Token);

        Assert.Equal(Environment.ProcessorCount, resources.Cpu!.LogicalCores);
        Assert.InRange(resources.Cpu.Utilization!.Value, 0, 1);
        Assert.True(resources.Memory!.UsedBytes > 0 && resources.Memory.UsedBytes + resources.Memory.AvailableBytes == resources.Memory.TotalBytes);
        Assert.Contains(resources.Disks, disk => disk.Mount == "/" && disk.TotalBytes > 0);
    }

    [Fact]
    public async Task Before_the_first_sample_the_machine_is_unknown_and_not_empty()
    {
        using var folder = new TemporaryFolder();
        await using var factory = new OrchestratorFactory(
            ("GenAI:Resources:NvidiaSmi", Script.Write(folder.Combine("nvidia-smi"), "exec sleep 600")),
            ("GenAI:Resources:NvidiaSmiTimeout", "01:00:00"));
        using var client = factory.CreateClient();

        using var response = await client.GetAsync("/resources", Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_every_route()
    {
        await using var factory = new OrchestratorFactory();

        using var document = await factory.CreateClient().GetFromJsonAsync<JsonDocument>("/openapi/v1.json", Token);

        var paths = document!.RootElement.GetProperty("paths");
        Assert.Equal(
            ["/instances", "/instances/watch", "/instances/{id}", "/resources"],
            paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        Assert.All(paths.EnumerateObject(), path => Assert.NotEmpty(path.Value.GetProperty("get").GetProperty("summary").GetString()!));
        Assert.True(paths.GetProperty("/instances/watch").GetProperty("get").GetProperty("responses").GetProperty("200")
            .GetProperty("content").TryGetProperty("text/event-stream", out _));
        Assert.True(paths.GetProperty("/instances/{id}").GetProperty("get").GetProperty("responses").TryGetProperty("404", out _));
        var states = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("InstanceState").GetProperty("enum");
        Assert.Equal(["starting", "healthy", "degraded", "unhealthy", "draining"], states.EnumerateArray().Select(state => state.GetString()));
    }

    [Fact]
    public async Task The_state_of_each_instance_is_a_metric()
    {
        await using var factory = new OrchestratorFactory(("FLUX_URL", _server.Endpoint.ToString()));
        await factory.WaitForAsync("flux-1-dev-0", InstanceState.Healthy);
        using var recorder = new MeasurementRecorder(factory.Services.GetRequiredService<IMeterFactory>());

        var states = recorder.Observe("genai_instance_state");

        Assert.Equal(5, states.Count);
        Assert.All(states, state => Assert.Equal(("flux-1-dev", "flux-1-dev-0"), (state.Tags["model"], state.Tags["instance"])));
        Assert.Equal("healthy", Assert.Single(states, state => state.Value == 1).Tags["state"]);
    }

    [Fact]
    public async Task The_metrics_are_exposed_to_Prometheus()
    {
        await using var factory = new OrchestratorFactory(("FLUX_URL", _server.Endpoint.ToString()));
        await factory.WaitForAsync("flux-1-dev-0", InstanceState.Healthy);

        using var client = factory.CreateClient();

        // Not at once: of all orchestrators in a process, and so in these tests, the metrics are the same, and the last one's count.
        await Eventually.TrueAsync(
            async () => Regex.IsMatch(
                await client.GetStringAsync("/metrics", Token),
                """(?m)^genai_instance_state\{[^}]*instance="flux-1-dev-0",[^}]*state="healthy"[^}]*\} 1(\s|$)""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)),
            Token, what: "the instance is told to be healthy");
        Assert.Matches("""(?m)^genai_probe_duration_seconds_count\{[^}]*model="flux-1-dev"[^}]*\} [1-9]""", await client.GetStringAsync("/metrics", Token));
    }

    [Fact]
    public async Task A_card_is_measured_by_the_conventional_names_and_only_in_what_it_reports()
    {
        await using var factory = new OrchestratorFactory(("GenAI:Resources:NvidiaSmi", "/no/such/program"));
        using var recorder = new MeasurementRecorder(factory.Services.GetRequiredService<IMeterFactory>());
        var client = factory.Orchestrator;
        await Eventually.TrueAsync(async () => await StatusAsync(factory, "/resources") == HttpStatusCode.OK, Token);
        factory.Services.GetRequiredService<ResourceBoard>().Latest = await client.GetResourcesAsync(Token) with
        {
            Gpus = [new() { Index = 0, Uuid = "GPU-1", Name = "NVIDIA GB10", Utilization = 0.5, MemoryTotalBytes = 100, MemoryUsedBytes = 25, TemperatureCelsius = 35 }],
        };

        var utilization = Assert.Single(recorder.Observe("hw.gpu.utilization"));
        Assert.Equal(0.5, utilization.Value);
        Assert.Equal("GPU-1", utilization.Tags["hw.id"]);
        Assert.Equal("gpu", utilization.Tags["hw.type"]);
        Assert.Equal(25, Assert.Single(recorder.Observe("hw.gpu.memory.usage")).Value);
        Assert.Equal(100, Assert.Single(recorder.Observe("hw.gpu.memory.limit")).Value);
        Assert.Equal(0.25, Assert.Single(recorder.Observe("hw.gpu.memory.utilization")).Value);
        Assert.Equal(35, Assert.Single(recorder.Observe("hw.temperature")).Value);
        Assert.Empty(recorder.Observe("hw.power"));
    }

    [Fact]
    public void All_that_is_wrong_with_the_configuration_is_said_at_once()
    {
        using var factory = new OrchestratorFactory(
            ("GenAI:Health:UnhealthyThreshold", "1"),
            ("GenAI:Resources:SampleInterval", "00:00:00"),
            ("GenAI:Instances:MaxWatchers", "0"),
            ("FLUX_URL", "ftp://somewhere"));

        var exception = Record.Exception(() => factory.Services);

        var all = exception is AggregateException several ? several.Flatten().InnerExceptions : [exception!];
        var messages = string.Join('\n', all.OfType<OptionsValidationException>().SelectMany(one => one.Failures));
        Assert.Contains("UnhealthyThreshold is 1", messages);
        Assert.Contains("SampleInterval is 00:00:00", messages);
        Assert.Contains("MaxWatchers is 0", messages);
        Assert.Contains("FLUX_URL is 'ftp://somewhere'", messages);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("http")]
    public void A_bad_port_is_refused_with_its_value(string port)
    {
        using var factory = new OrchestratorFactory(("GENAI_PORT_ORCHESTRATOR", port), ("urls", ""));

        var exception = Assert.ThrowsAny<Exception>(() => factory.Services);

        Assert.Contains($"GENAI_PORT_ORCHESTRATOR is '{port}'; expected a TCP port from 1 to 65535.", exception.Message);
    }

    private static async Task<HttpStatusCode> StatusAsync(OrchestratorFactory factory, string path)
    {
        using var response = await factory.CreateClient().GetAsync(path, Token);
        return response.StatusCode;
    }
}
