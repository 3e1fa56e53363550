using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>
/// What a project gets when it is published: it listens on the ports that it is told (<c>HTTP_PORTS</c>), behind a proxy. A web project
/// (its launch profile or its Kestrel configuration names addresses) has an http and an https endpoint, both on one port of the container.
/// </summary>
internal static class PublishedProjectDefaults
{
    public static IResourceBuilder<ProjectResource> WithPublishedEndpoints(
        this IResourceBuilder<ProjectResource> builder, LaunchProfile? profile, ProjectResourceOptions options)
    {
        builder.WithEnvironment(context =>
        {
            if (builder.Resource.GetEndpoints().Any() && !builder.Resource.HasAnnotationOfType<DisableForwardedHeadersAnnotation>())
                context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        });

        var hasKestrelEndpoints = !options.ExcludeKestrelEndpoints && KestrelEndpoints.Add(builder);
        if (!hasKestrelEndpoints)
        {
            builder.WithEnvironment(context =>
            {
                AddPorts(builder.Resource, context.EnvironmentVariables, "HTTP_PORTS", "http");
                AddPorts(builder.Resource, context.EnvironmentVariables, "HTTPS_PORTS", "https");
            });
        }

        if (profile?.ApplicationUrl is null && !hasKestrelEndpoints)
            return builder;

        var http = builder.EndpointOf("http");
        var https = builder.EndpointOf("https");
        http.TargetPort = https.TargetPort = http.TargetPort ?? https.TargetPort;
        return builder;
    }

    /// <summary>The endpoint of a scheme, made if there is none. Nothing listens on an https one made here: what stands in front ends TLS.</summary>
    private static EndpointAnnotation EndpointOf(this IResourceBuilder<ProjectResource> builder, string scheme)
    {
        var declared = builder.Resource.Annotations.OfType<EndpointAnnotation>()
            .FirstOrDefault(endpoint => endpoint.UriScheme == scheme || ResourceNames.Comparer.Equals(endpoint.Name, scheme));
        if (declared is not null)
            return declared;

        builder.WithEndpoint(scheme, endpoint => endpoint.UriScheme = scheme);
        var made = builder.Resource.Annotations.OfType<EndpointAnnotation>().Last();
        if (scheme == "https")
            builder.WithAnnotation(new UnservedEndpointAnnotation(made));
        return made;
    }

    private static void AddPorts(ProjectResource project, Dictionary<string, object> variables, string name, string scheme)
    {
        if (variables.ContainsKey(name))
            return;

        var unserved = project.Annotations.OfType<UnservedEndpointAnnotation>().Select(annotation => annotation.Endpoint).ToHashSet();
        var ports = new ReferenceExpressionBuilder();
        foreach (var endpoint in project.GetEndpoints().Where(e => e.Scheme == scheme && !unserved.Contains(e.EndpointAnnotation)))
        {
            if (!ports.IsEmpty)
                ports.AppendLiteral(";");
            ports.Append($"{endpoint.Property(EndpointProperty.TargetPort)}");
        }

        if (!ports.IsEmpty)
            variables[name] = ports.Build();
    }

    private sealed record UnservedEndpointAnnotation(EndpointAnnotation Endpoint) : IResourceAnnotation;
}

internal sealed class DisableForwardedHeadersAnnotation : IResourceAnnotation;
