using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Testing;

namespace GenAI.AppHost.Tests;

/// <summary>What an operator sees of a running system.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class ObservabilityTests(SystemFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_orchestrator_lists_every_instance_as_healthy()
    {
        using var http = fixture.System.Orchestrator();
        var client = new OrchestratorClient(http);

        await Eventually.TrueAsync(
            async () => (await client.GetInstancesAsync(Cancellation)).Instances.All(instance => instance.State == InstanceState.Healthy), Cancellation);
        var instances = (await client.GetInstancesAsync(Cancellation)).Instances;

        Assert.Equal(
            ["comfyui-workflows-0", "comfyui-workflows-1", "flux-1-dev-0", "stable-diffusion-35-0"], instances.Select(instance => instance.Id));
    }

    [Theory]
    [InlineData("gateway", "all")]
    [InlineData("orchestrator", "api")]
    [InlineData("flux-1-dev", "http")]
    [InlineData("stable-diffusion-35", "http")]
    public async Task The_metrics_of_each_service_pass_promtool(string resource, string endpoint)
    {
        using var client = fixture.System.App.CreateHttpClient(resource, endpoint);

        using var response = await client.GetAsync("/metrics", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        var check = await Promtool.CheckMetricsAsync(await response.Content.ReadAsStringAsync(Cancellation), Cancellation);
        Assert.True(check.ExitCode is 0 or Promtool.LintOnly, $"promtool ended with {check.ExitCode}: {check.Error}");
    }

    [Fact]
    public async Task Prometheus_scrapes_every_service()
    {
        Requires.Program("prometheus");
        using var client = fixture.System.App.CreateHttpClient("prometheus", "http");

        await Eventually.TrueAsync(
            async () => await UpTargetsAsync(client) is ["comfyui-workflows", "comfyui-workflows-1", "flux-1-dev", "gateway", "orchestrator", "stable-diffusion-35"],
            Cancellation);
    }

    private static async Task<string[]> UpTargetsAsync(HttpClient prometheus)
    {
        var answer = await prometheus.GetFromJsonAsync<JsonObject>("/api/v1/query?query=up==1", Cancellation);
        return [.. answer!["data"]!["result"]!.AsArray().Select(sample => sample!["metric"]!["resource"]!.GetValue<string>()).Order(StringComparer.Ordinal)];
    }
}
