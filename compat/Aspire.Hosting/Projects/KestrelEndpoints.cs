using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>
/// Endpoints that a project's own appsettings.json declares, as `Kestrel:Endpoints:{name}:Url`. They win over the launch profile's,
/// as they do in Kestrel, and each is told its port by `Kestrel__Endpoints__{name}__Url`.
/// </summary>
internal static class KestrelEndpoints
{
    /// <returns>Whether there are any.</returns>
    public static bool Add(IResourceBuilder<ProjectResource> builder)
    {
        var declared = Read(builder.Resource.GetProjectMetadata().ProjectPath);
        foreach (var sameScheme in declared.GroupBy(endpoint => endpoint.Address.Scheme).ToArray())
        {
            foreach (var (key, address) in sameScheme)
                Add(builder, key, sameScheme.Count() == 1 ? address.Scheme : key, address);
        }

        return declared.Count > 0;
    }

    private static void Add(IResourceBuilder<ProjectResource> builder, string key, string endpointName, BindingAddress address)
    {
        var isPublished = builder.ApplicationBuilder.ExecutionContext.IsPublishMode;
        builder.WithEndpoint(endpointName, endpoint =>
        {
            // A container listens where its configuration says; who deploys it chooses where that is reached.
            if (isPublished)
                endpoint.TargetPort = address.Port;
            else
                endpoint.Port = address.Port;
            endpoint.TargetHost = ProjectDefaults.HostOf(address);
            endpoint.UriScheme = address.Scheme;
        });
        builder.WithEnvironment(
            $"Kestrel__Endpoints__{key}__Url",
            $"{address.Scheme}://{(isPublished ? "*" : address.Host)}:{builder.GetEndpoint(endpointName).Property(EndpointProperty.TargetPort)}");
    }

    private static List<(string Key, BindingAddress Address)> Read(string projectPath)
    {
        var folder = Path.GetDirectoryName(projectPath)!;
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT");
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(folder, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(folder, $"appsettings.{environment}.json"), optional: true)
            .Build();
        return [.. configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Where(endpoint => endpoint["Url"] is not null)
            .Select(endpoint => (endpoint.Key, BindingAddress.Parse(endpoint["Url"]!)))];
    }
}
