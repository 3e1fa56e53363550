using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace GenAI.Compat.Tests.ServiceDiscovery;

public sealed class ConfigurationEndpointTests
{
    private static readonly Dictionary<string, string?> Catalog = new()
    {
        ["services:catalog:http:0"] = "http://10.0.0.1:8080",
        ["services:catalog:http:1"] = "http://10.0.0.2:8080",
        ["services:catalog:https:0"] = "https://10.0.0.3:8443",
        ["services:catalog:admin:0"] = "http://10.0.0.4:9000",
        ["services:plain:http"] = "http://10.0.0.5:80",
        ["services:hosts:default:0"] = "backend:5000",
        ["services:hosts:default:1"] = "10.0.0.6:5000",
        ["services:mixed:default:0"] = "http://10.0.0.7",
        ["services:mixed:default:1"] = "https://10.0.0.8",
    };

    [Theory]
    [InlineData("http://catalog", "http://10.0.0.1:8080/", "http://10.0.0.2:8080/")]
    [InlineData("https+http://catalog", "https://10.0.0.3:8443/")]
    [InlineData("http+https://catalog", "http://10.0.0.1:8080/", "http://10.0.0.2:8080/")]
    [InlineData("ftp+http://catalog", "http://10.0.0.1:8080/", "http://10.0.0.2:8080/")]
    [InlineData("http://_admin.catalog", "http://10.0.0.4:9000/")]
    [InlineData("https+http://_admin.catalog", "http://10.0.0.4:9000/")]
    [InlineData("http://CATALOG", "http://10.0.0.1:8080/", "http://10.0.0.2:8080/")]
    [InlineData("http://plain", "http://10.0.0.5/")]
    [InlineData("http://hosts", "backend:5000", "10.0.0.6:5000")]
    [InlineData("hosts", "backend:5000", "10.0.0.6:5000")]
    [InlineData("https+http://mixed", "https://10.0.0.8/")]
    [InlineData("mixed", "http://10.0.0.7/", "https://10.0.0.8/")]
    public async Task A_configured_service_resolves_to_its_endpoints(string name, params string[] expected)
    {
        await using var discovery = new Discovery(Catalog);
        Assert.Equal(expected, await discovery.ResolveAsync(name));
    }

    [Theory]
    [InlineData("http://unknown", "unknown:80")]
    [InlineData("https+http://unknown:8080", "unknown:8080")]
    [InlineData("https://catalog2.example.org", "catalog2.example.org:443")]
    [InlineData("http://_missing.catalog", "catalog:80")]
    [InlineData("http://127.0.0.1:99", "127.0.0.1:99")]
    public async Task What_is_not_configured_passes_through(string name, string expected)
    {
        await using var discovery = new Discovery(Catalog);
        Assert.Equal([expected], await discovery.ResolveAsync(name));
    }

    [Fact]
    public async Task A_scheme_that_is_not_allowed_is_not_used()
    {
        await using var discovery = new Discovery(Catalog, services => services.Configure<ServiceDiscoveryOptions>(options =>
        {
            options.AllowAllSchemes = false;
            options.AllowedSchemes = ["http"];
        }));

        Assert.Equal(["http://10.0.0.1:8080/", "http://10.0.0.2:8080/"], await discovery.ResolveAsync("https+http://catalog"));
        Assert.Equal(["catalog:443"], await discovery.ResolveAsync("https://catalog"));
        Assert.Equal(["http://10.0.0.1:8080/", "http://10.0.0.2:8080/"], await discovery.ResolveAsync("catalog"));
    }

    [Fact]
    public async Task Another_section_can_be_named()
    {
        await using var discovery = new Discovery(
            new() { ["backends:catalog:http:0"] = "http://10.0.0.1" },
            services => services.Configure<ConfigurationServiceEndpointProviderOptions>(options => options.SectionName = "backends"));

        Assert.Equal(["http://10.0.0.1/"], await discovery.ResolveAsync("http://catalog"));
    }

    [Fact]
    public async Task A_value_that_is_no_address_is_named_in_the_error()
    {
        await using var discovery = new Discovery(new() { ["services:catalog:http:0"] = "http://" });
        var error = await Assert.ThrowsAsync<KeyNotFoundException>(() => discovery.ResolveAsync("http://catalog"));
        Assert.Contains("services:catalog:http:0' is 'http://'", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_key_that_is_no_index_is_named_in_the_error()
    {
        await using var discovery = new Discovery(new() { ["services:catalog:http:first"] = "http://10.0.0.1" });
        var error = await Assert.ThrowsAsync<KeyNotFoundException>(() => discovery.ResolveAsync("http://catalog"));
        Assert.Contains("catalog:http:first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_cannot_be_parsed_is_refused()
    {
        await using var discovery = new Discovery(Catalog);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => discovery.ResolveAsync("http://"));
        Assert.Contains("'http://'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unusable_options_are_refused_with_every_error()
    {
        await using var discovery = new Discovery(Catalog, services => services.Configure<ConfigurationServiceEndpointProviderOptions>(options =>
        {
            options.SectionName = " ";
            options.ShouldApplyHostNameMetadata = null!;
        }));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => discovery.ResolveAsync("http://catalog"));
        Assert.Contains("SectionName is ' '", error.Message, StringComparison.Ordinal);
        Assert.Contains("ShouldApplyHostNameMetadata is null", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_provider_nothing_resolves()
    {
        await using var services = new ServiceCollection().AddServiceDiscoveryCore().BuildServiceProvider();
        var resolver = services.GetRequiredService<ServiceEndpointResolver>();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await resolver.GetEndpointsAsync("http://catalog", TestContext.Current.CancellationToken));
    }
}
