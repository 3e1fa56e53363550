using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GenAI.ServiceDefaults.Tests;

/// <summary>What any client of the factory does, against a real server on a free port.</summary>
public sealed class HttpClientTests : IAsyncLifetime
{
    private WebApplication _server = null!;
    private int _failures = 1;
    private int _requests;

    public async ValueTask InitializeAsync() => _server = await Loopback.StartAsync(context =>
    {
        _requests++;
        context.Response.StatusCode = _failures-- > 0 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.Headers.RetryAfter = "0";
        return context.Response.WriteAsync(context.Request.Path);
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_service_is_found_by_its_name_and_a_GET_is_retried()
    {
        using var host = CreateHost();
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        Assert.Equal("/items", await client.GetStringAsync("https+http://catalog/items", TestContext.Current.CancellationToken));
        Assert.Equal(2, _requests);
    }

    [Fact]
    public async Task A_POST_is_sent_once()
    {
        using var host = CreateHost();
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var response = await client.PostAsync("http://catalog/items", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, _requests);
    }

    [Fact]
    public async Task A_client_can_do_without_the_standard_resilience_and_still_finds_services()
    {
        using var host = CreateHost(services => services.AddHttpClient("long").WithoutStandardResilience());
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("long");
        using var response = await client.GetAsync("http://catalog/items", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, _requests);
    }

    private IHost CreateHost(Action<IServiceCollection>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("services:catalog:http:0", (string?)_server.Urls.Single())]);
        builder.AddServiceDefaults();
        configure?.Invoke(builder.Services);
        return builder.Build();
    }
}
