using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace GenAI.Compat.Tests.Hashing;

/// <summary>YARP names a destination in its affinity cookie by an XxHash64 of the destination's id.</summary>
public class YarpSessionAffinityTests
{
    [Fact]
    public async Task A_client_with_the_cookie_stays_on_its_destination()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var first = await StartAsync(app => app.MapGet("/", () => "first"), cancellationToken);
        await using var second = await StartAsync(app => app.MapGet("/", () => "second"), cancellationToken);
        await using var proxy = await StartProxyAsync([first.Urls.First(), second.Urls.First()], cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(proxy.Urls.First()) };

        using var answer = await client.GetAsync("/", cancellationToken);
        var destination = await answer.Content.ReadAsStringAsync(cancellationToken);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];
        client.DefaultRequestHeaders.Add("Cookie", cookie);

        // Balanced round-robin, a client without affinity would see both.
        for (var i = 0; i < 6; i++)
            Assert.Equal(destination, await client.GetStringAsync("/", cancellationToken));
    }

    private static Task<WebApplication> StartProxyAsync(string[] destinations, CancellationToken cancellationToken)
    {
        var route = new RouteConfig { RouteId = "all", ClusterId = "servers", Match = new RouteMatch { Path = "/{**path}" } };
        var cluster = new ClusterConfig
        {
            ClusterId = "servers",
            LoadBalancingPolicy = "RoundRobin",
            SessionAffinity = new SessionAffinityConfig { Enabled = true, Policy = "HashCookie", AffinityKeyName = "server" },
            Destinations = destinations.ToDictionary(address => address, address => new DestinationConfig { Address = address }),
        };

        return StartAsync(
            app => app.MapReverseProxy(),
            cancellationToken,
            services => services.AddReverseProxy().LoadFromMemory([route], [cluster]));
    }

    private static async Task<WebApplication> StartAsync(
        Action<WebApplication> map, CancellationToken cancellationToken, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync(cancellationToken);
        return app;
    }
}
