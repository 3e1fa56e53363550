using GenAI.Contracts;
using GenAI.Contracts.Instances;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.Orchestrator.Tests;

/// <summary>The whole service in this process, with the settings of one test.</summary>
internal sealed class OrchestratorFactory(params (string Name, string Value)[] settings) : WebApplicationFactory<Program>
{
    /// <summary>Probes several times a second, with timeouts that a busy machine does not reach.</summary>
    public static (string Name, string Value)[] Brisk { get; } =
        [("HEALTH_CHECK_INTERVAL", "20"), ("GenAI:Health:Timeout", "00:00:06.600"), ("GenAI:Health:FastInterval", "00:00:00.020")];

    public OrchestratorClient Orchestrator => new(CreateClient());

    /// <summary>What a test changes while the service runs: written, then reloaded, as a changed file would be.</summary>
    public ReloadableSettings Reloadable { get; } = new();

    /// <summary>What a test puts in the place of a service.</summary>
    public Action<IServiceCollection> Replace { get; init; } = _ => { };

    /// <summary>Waits until an instance is in a state, as the service's clients see it.</summary>
    public async Task<Instance> WaitForAsync(string id, InstanceState state)
    {
        var client = Orchestrator;
        return await Eventually.NotNullAsync(
            async () =>
            {
                var snapshot = await client.GetInstancesAsync(TestContext.Current.CancellationToken);
                return snapshot.Instances.FirstOrDefault(instance => instance.Id == id && instance.State == state);
            },
            TestContext.Current.CancellationToken,
            what: $"{id} is {state}");
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (name, value) in settings) builder.UseSetting(name, value);
        builder.ConfigureTestServices(Replace);
        builder.ConfigureAppConfiguration(configuration => configuration.Sources.Add(Reloadable));
    }
}

internal sealed class ReloadableSettings : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Change(params (string Name, string? Value)[] settings)
    {
        foreach (var (name, value) in settings) Set(name, value);
        OnReload();
    }
}
