using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting;

/// <summary>What every project gets: the endpoints and variables of its launch profile, ASPNETCORE_URLS, telemetry, plain console logs.</summary>
internal static class ProjectDefaults
{
    public static IResourceBuilder<ProjectResource> WithProjectDefaults(
        this IResourceBuilder<ProjectResource> builder, ProjectResourceOptions options)
    {
        ChooseLaunchProfile(builder, options);
        var profile = LaunchProfiles.Effective(builder.Resource);

        builder
            .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory")
            .WithOtlpExporter();
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return builder.WithPublishedEndpoints(profile?.Profile, options);

        builder
            .WithEnvironment("LOGGING__CONSOLE__FORMATTERNAME", "simple")
            .WithEnvironment("DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", _ => Terminal.TerminalColours.Wanted ? "true" : null);

        if (!options.ExcludeKestrelEndpoints && KestrelEndpoints.Add(builder))
            return builder.WithProfileVariables(profile);

        builder.WithAspNetCoreUrls();
        if (profile is not null)
            AddApplicationUrls(builder, profile.Profile);
        return builder.WithProfileVariables(profile);
    }

    /// <summary>`localhost` or an address stays; a wildcard is reached as localhost.</summary>
    public static string HostOf(BindingAddress address)
        => address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;

    private static void ChooseLaunchProfile(IResourceBuilder<ProjectResource> builder, ProjectResourceOptions options)
    {
        var configuration = builder.ApplicationBuilder.Configuration;
        if (options.ExcludeLaunchProfile)
            builder.WithAnnotation(new ExcludeLaunchProfileAnnotation());
        else if (!string.IsNullOrEmpty(options.LaunchProfileName))
            builder.WithAnnotation(new LaunchProfileAnnotation(options.LaunchProfileName));
        else if ((configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"]) is { Length: > 0 } name)
            builder.WithAnnotation(new DefaultLaunchProfileAnnotation(name));
    }

    /// <summary>`http://localhost:5000;https://localhost:5001` gives the endpoints `http` and `https`; a second http is `http2`.</summary>
    private static void AddApplicationUrls(IResourceBuilder<ProjectResource> builder, LaunchProfile profile)
    {
        var seen = new Dictionary<string, int>();
        foreach (var url in profile.ApplicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            var address = BindingAddress.Parse(url);
            var count = seen[address.Scheme] = seen.GetValueOrDefault(address.Scheme) + 1;
            builder.WithEndpoint(count == 1 ? address.Scheme : $"{address.Scheme}{count}", endpoint =>
            {
                endpoint.Port = address.Port;
                endpoint.TargetHost = HostOf(address);
                endpoint.UriScheme = address.Scheme;
            });
        }
    }

    private static IResourceBuilder<ProjectResource> WithProfileVariables(
        this IResourceBuilder<ProjectResource> builder, NamedLaunchProfile? profile)
        => profile is null ? builder : builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", profile.Name);
            foreach (var (name, value) in profile.Profile.EnvironmentVariables)
                context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
        });

    /// <summary>`http://localhost:{port};…` for every HTTP endpoint, unless the AppHost set ASPNETCORE_URLS itself.</summary>
    private static void WithAspNetCoreUrls(this IResourceBuilder<ProjectResource> builder) => builder.WithEnvironment(context =>
    {
        if (context.EnvironmentVariables.ContainsKey("ASPNETCORE_URLS"))
            return;

        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in builder.Resource.GetEndpoints().Where(endpoint => endpoint.Scheme is "http" or "https"))
        {
            if (!urls.IsEmpty)
                urls.AppendLiteral(";");
            urls.Append($"{endpoint.Scheme}://{endpoint.EndpointAnnotation.TargetHost}:{endpoint.Property(EndpointProperty.TargetPort)}");
            if (endpoint.IsHttps)
                context.EnvironmentVariables.TryAdd("ASPNETCORE_HTTPS_PORT", endpoint.Property(EndpointProperty.Port));
        }

        if (!urls.IsEmpty)
            context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
    });

    private static IResourceBuilder<ProjectResource> WithEnvironment(
        this IResourceBuilder<ProjectResource> builder, string name, Func<EnvironmentCallbackContext, string?> value)
        => builder.WithEnvironment(context =>
        {
            if (value(context) is { } text)
                context.EnvironmentVariables[name] = text;
        });
}
