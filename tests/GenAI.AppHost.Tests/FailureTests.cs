using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Aspire.Hosting.ApplicationModel;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Testing;

namespace GenAI.AppHost.Tests;

/// <summary>What is killed is noticed, and takes nothing else with it.</summary>
public sealed class FailureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_model_server_is_ejected_the_others_go_on_and_it_comes_back_when_restarted()
    {
        await using var system = await RunningSystem.StartAsync(Cancellation);
        using var gateway = system.Gateway();
        using var http = system.Orchestrator();
        var orchestrator = new OrchestratorClient(http);
        await StateBecomesAsync(orchestrator, InstanceState.Healthy);

        Process.GetProcessById(ProcessId(system, "flux-1-dev")).Kill();

        await StateBecomesAsync(orchestrator, InstanceState.Unhealthy);
        await Eventually.TrueAsync(async () => await StatusAsync(gateway, "flux-1-dev") == HttpStatusCode.ServiceUnavailable, Cancellation);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "stable-diffusion-35"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "comfyui-workflows"));

        var restart = await system.App.ResourceCommands.ExecuteCommandAsync("flux-1-dev", KnownResourceCommands.StartCommand, Cancellation);
        Assert.True(restart.Success, restart.Message);

        await StateBecomesAsync(orchestrator, InstanceState.Healthy);
        await Eventually.TrueAsync(async () => await StatusAsync(gateway, "flux-1-dev") == HttpStatusCode.OK, Cancellation);
    }

    [Fact]
    public async Task Nothing_is_left_when_the_system_has_been_stopped()
    {
        var system = await RunningSystem.StartAsync(Cancellation, "--GenAI:Monitoring:Runtime=none");
        int[] processes;
        await using (system)
        {
            processes = [.. new[] { "gateway", "orchestrator", "flux-1-dev", "stable-diffusion-35", "comfyui-workflows" }.Select(name => ProcessId(system, name))];
            Assert.All(processes, process => Assert.True(IsRunning(process)));
        }

        Assert.All(processes, process => Assert.False(IsRunning(process)));
    }

    private static Task StateBecomesAsync(OrchestratorClient orchestrator, InstanceState state) => Eventually.TrueAsync(
        async () => (await orchestrator.GetInstanceAsync("flux-1-dev-0", Cancellation))?.State == state, Cancellation);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient gateway, string model)
    {
        using var response = await gateway.PostAsJsonAsync("/v1/images/generations", new { model, prompt = "a dot", size = "64x64", quality = "low" }, Cancellation);
        return response.StatusCode;
    }

    private static int ProcessId(RunningSystem system, string resource)
    {
        Assert.True(system.App.ResourceNotifications.TryGetCurrentState(resource, out var state));
        var property = state.Snapshot.Properties.Single(property => property.Name == "executable.pid");
        return Convert.ToInt32(property.Value, CultureInfo.InvariantCulture);
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
