using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace GenAI.Compat.Tests.ServiceDiscovery;

public sealed class HttpClientDiscoveryTests
{
    [Fact]
    public async Task Requests_go_to_the_endpoints_in_turn()
    {
        await using var discovery = new Discovery(new()
        {
            ["services:catalog:http:0"] = "http://10.0.0.1:8080",
            ["services:catalog:http:1"] = "http://10.0.0.2:8080",
        });
        using var client = discovery.CreateClient();

        for (var i = 0; i < 4; i++) await client.GetAsync("http://catalog/items?page=2", TestContext.Current.CancellationToken);

        Assert.Equal(
            ["http://10.0.0.1:8080/items?page=2", "http://10.0.0.2:8080/items?page=2",
             "http://10.0.0.1:8080/items?page=2", "http://10.0.0.2:8080/items?page=2"],
            discovery.Sent.Uris.Select(uri => uri.ToString()));
    }

    [Theory]
    [InlineData("https+http://catalog/items", "https://10.0.0.1/base/items")]
    [InlineData("https+http://other/items", "https://other/items")]
    [InlineData("https+http://other:81/items", "https://other:81/items")]
    [InlineData("http://_admin.catalog/items", "http://backend:9000/items")]
    [InlineData("http://10.1.1.1/items", "http://10.1.1.1/items")]
    public async Task A_request_keeps_its_path_and_takes_the_rest_from_the_endpoint(string requested, string expected)
    {
        await using var discovery = new Discovery(new()
        {
            ["services:catalog:https:0"] = "https://10.0.0.1/base/",
            ["services:catalog:admin:0"] = "backend:9000",
        });
        using var client = discovery.CreateClient();

        await client.GetAsync(requested, TestContext.Current.CancellationToken);

        Assert.Equal(expected, discovery.Sent.Uris.Single().ToString());
        Assert.Null(discovery.Sent.Hosts.Single());
    }

    [Fact]
    public async Task The_request_has_its_own_address_again_afterwards()
    {
        await using var discovery = new Discovery(new() { ["services:catalog:http:0"] = "http://10.0.0.1" });
        using var client = discovery.CreateClient();
        using var response = await client.GetAsync("http://catalog/items", TestContext.Current.CancellationToken);
        Assert.Equal("http://catalog/items", response.RequestMessage!.RequestUri!.ToString());
    }

    [Fact]
    public async Task The_service_name_is_the_host_header_where_the_options_say_so()
    {
        await using var discovery = new Discovery(
            new() { ["services:catalog:http:0"] = "http://10.0.0.1" },
            services => services.Configure<ConfigurationServiceEndpointProviderOptions>(options => options.ShouldApplyHostNameMetadata = _ => true));
        using var client = discovery.CreateClient();

        await client.GetAsync("http://catalog/", TestContext.Current.CancellationToken);

        Assert.Equal(["catalog"], discovery.Sent.Hosts);
    }

    [Fact]
    public async Task A_passed_through_scheme_must_be_allowed()
    {
        await using var discovery = new Discovery([], services => services.Configure<ServiceDiscoveryOptions>(options =>
        {
            options.AllowAllSchemes = false;
            options.AllowedSchemes = ["http"];
        }));
        using var client = discovery.CreateClient();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            client.GetAsync("https+http://catalog/", TestContext.Current.CancellationToken));
        Assert.Contains("'https' is not allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relative_base_address_works_as_usual()
    {
        await using var discovery = new Discovery(new() { ["services:catalog:http:0"] = "http://10.0.0.1:8080" });
        using var client = discovery.CreateClient();
        client.BaseAddress = new Uri("http://catalog/api/");

        await client.GetAsync("items", TestContext.Current.CancellationToken);

        Assert.Equal("http://10.0.0.1:8080/api/items", discovery.Sent.Uris.Single().ToString());
    }
}
