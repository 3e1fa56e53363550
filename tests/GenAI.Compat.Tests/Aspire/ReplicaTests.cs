using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire;

public sealed class ReplicaTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replicas_share_one_address_and_one_of_them_may_die()
    {
        await using var application = new TestApplication();
        application.AddEcho("shop").WithReplicas(2);
        await application.StartAsync();
        await application.HealthyAsync("shop");
        var address = application.App.GetEndpoint("shop");

        var both = new HashSet<int>();
        await Eventually.TrueAsync(async () => both.Add(await ServedByAsync(address)) && both.Count == 2, Cancellation);

        using (var first = Process.GetProcessById(both.First()))
            first.Kill();
        await application.StateAsync("shop", "Finished");
        var survivor = both.Last();
        Assert.Equal(survivor, await ServedByAsync(address));
        Assert.Equal(survivor, await ServedByAsync(address));
    }

    [Fact]
    public async Task Each_replica_has_its_own_port_and_telemetry_instance()
    {
        await using var application = new TestApplication();
        application.AddEcho("shop").WithReplicas(2);
        await application.StartAsync();
        await application.HealthyAsync("shop");

        var environments = application.Builder.Resources.Single().GetResolvedResourceNames()
            .Select(id => application.Current(id).Snapshot.EnvironmentVariables.ToDictionary(v => v.Name, v => v.Value))
            .ToArray();

        Assert.Equal(2, environments.Select(e => e["ASPNETCORE_URLS"]).Distinct().Count());
        Assert.Equal(2, environments.Select(e => e["OTEL_RESOURCE_ATTRIBUTES"]).Distinct().Count());
        Assert.All(environments, e => Assert.Equal("shop", e["OTEL_SERVICE_NAME"]));
    }

    [Fact]
    public async Task A_target_port_of_its_own_is_reached_through_the_public_one()
    {
        var target = new LocalPorts().Next();
        await using var application = new TestApplication();
        application.Builder.AddProject<Projects.EchoService>("shop").WithHttpEndpoint(targetPort: target).WithHttpHealthCheck("/health");
        await application.StartAsync();
        await application.HealthyAsync("shop");

        using var client = application.App.CreateHttpClient("shop");
        var environment = (await client.GetFromJsonAsync<Dictionary<string, string>>("/environment", Cancellation))!;

        Assert.NotEqual(target, client.BaseAddress!.Port);
        Assert.Equal($"http://localhost:{target}", environment["ASPNETCORE_URLS"]);
    }

    /// <summary>A new connection each time: the relay chooses per connection.</summary>
    private static async Task<int> ServedByAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        return (await client.GetFromJsonAsync<JsonObject>("/process", Cancellation))!["id"]!.GetValue<int>();
    }
}
