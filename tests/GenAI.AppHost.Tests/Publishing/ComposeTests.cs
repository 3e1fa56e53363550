using GenAI.Testing;

namespace GenAI.AppHost.Tests.Publishing;

/// <summary>The Compose file that the application is published to.</summary>
public sealed class ComposeTests : IDisposable
{
    private static readonly string[] Services =
        ["flux-1-dev", "stable-diffusion-35", "comfyui-workflows", "orchestrator", "gateway", "prometheus", "grafana"];

    private readonly TemporaryFolder _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task Every_service_is_hardened_limited_in_its_logs_and_has_a_health_check()
    {
        var services = await PublishAsync();

        Assert.Equal(Services.Order(), services.Keys.Order());
        foreach (var (name, lines) in services)
        {
            foreach (var expected in new[] { "read_only: true", "- \"ALL\"", "- \"no-new-privileges:true\"", "max-size: \"10m\"", "healthcheck:", "restart: \"unless-stopped\"" })
                Assert.True(lines.Contains(expected), $"{name} lacks {expected}");
        }
    }

    [Fact]
    public async Task Only_the_gateway_has_ports_and_the_outside_network_and_it_waits_for_a_healthy_control_plane()
    {
        var services = await PublishAsync();

        Assert.Equal(["gateway"], services.Where(service => service.Value.Contains("ports:")).Select(service => service.Key));
        Assert.Equal(["gateway"], services.Where(service => service.Value.Contains("- \"genai-outside\"")).Select(service => service.Key));
        Assert.Contains("condition: \"service_healthy\"", services["gateway"]);
        Assert.Contains("- \"8189:8001\"", services["gateway"]);
        Assert.Contains("GENAI_PORT_FLUX: \"8001\"", services["gateway"]);
        Assert.Contains("source: \"gateway-data\"", services["gateway"]);
        // What a stopping gateway finishes takes longer than the engine's 10 s.
        Assert.Contains("stop_grace_period: \"60s\"", services["gateway"]);
    }

    [Fact]
    public async Task A_models_limits_and_image_are_settings()
    {
        var services = await PublishAsync("--FLUX_MEMORY_LIMIT=20G", "--FLUX_CPU_LIMIT=2.5", "--GenAI:Models:flux-1-dev:Image=registry.example/flux:7");

        Assert.Contains("memory: \"20G\"", services["flux-1-dev"]);
        Assert.Contains("cpus: \"2.5\"", services["flux-1-dev"]);
        Assert.Contains("image: \"registry.example/flux:7\"", services["flux-1-dev"]);
        Assert.Contains("memory: \"24G\"", services["stable-diffusion-35"]);
    }

    [Fact]
    public async Task Embedded_model_servers_are_published_as_projects()
    {
        var services = await PublishAsync("--GenAI:Models:Runtime=embedded");

        Assert.Contains("image: \"${FLUX_1_DEV_IMAGE}\"", services["flux-1-dev"]);
        Assert.Contains("read_only: true", services["flux-1-dev"]);
    }

    [Fact]
    public async Task The_metrics_of_a_gateway_that_is_open_to_the_outside_need_a_key_unless_a_setting_says_otherwise()
    {
        const string Open = "GenAI__Gateway__Access__OpenMetrics: \"true\"";

        Assert.DoesNotContain(Open, (await PublishAsync())["gateway"]);
        Assert.Contains(Open, (await PublishAsync("--GenAI:Gateway:Access:OpenMetrics=true"))["gateway"]);
    }

    [Fact]
    public async Task The_GPU_overlay_names_services_of_the_file()
    {
        var services = await PublishAsync();
        var overlay = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "deploy", "compose", "gpu.yaml"), TestContext.Current.CancellationToken);

        var named = overlay.Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ').Select(line => line.Trim(' ', ':')).ToArray();

        Assert.Equal(3, named.Length);
        Assert.All(named, name => Assert.Contains(name, services.Keys));
    }

    /// <summary>The trimmed lines of each service, from a file in which a service is a key at two spaces.</summary>
    private async Task<Dictionary<string, HashSet<string>>> PublishAsync(params string[] settings)
    {
        await PublishedApplication.RunAsync(["--operation", "publish", "--step", "publish", "--output-path", _output.Path, .. settings]);
        var lines = await File.ReadAllLinesAsync(_output.Combine("docker-compose.yaml"), TestContext.Current.CancellationToken);
        var services = new Dictionary<string, HashSet<string>>();
        foreach (var line in lines.Skip(1).TakeWhile(line => line.StartsWith(' ')))
        {
            if (line[2] != ' ')
                services.Add(line.Trim(' ', ':'), []);
            else
                services.Last().Value.Add(line.Trim());
        }

        return services;
    }
}
