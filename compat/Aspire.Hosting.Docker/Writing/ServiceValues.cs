using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Docker.Writing;

/// <summary>Values as a service of the file has them: addresses on its network, and variables for what is known only later.</summary>
internal sealed class ServiceValues(DockerComposeServiceResource service)
{
    /// <exception cref="NotSupportedException">It cannot be said in a Compose file.</exception>
    public string TextOf(object? value) => value switch
    {
        null => string.Empty,
        string text => text,
        EndpointReference endpoint => TextOf(endpoint.Property(EndpointProperty.Url)),
        EndpointReferenceExpression endpoint => PropertyOf(endpoint),
        ParameterResource { IsConnectionString: false } parameter => parameter.AsEnvironmentPlaceholder(service),
        ConnectionStringReference reference => TextOf(reference.Resource),
        ParameterResource parameter => parameter.AsEnvironmentPlaceholder(service),
        IResourceWithConnectionString resource => TextOf(resource.ConnectionStringExpression),
        ReferenceExpression expression => string.Format(
            CultureInfo.InvariantCulture, expression.Format, [.. expression.ValueProviders.Select(TextOf)]),
        IManifestExpressionProvider provider => provider.AsEnvironmentPlaceholder(service),
        IResourceBuilder<IResource> builder => TextOf(builder.Resource),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    private string PropertyOf(EndpointReferenceExpression expression)
    {
        var endpoint = service.Parent.ServiceOf(expression.Endpoint.Resource).Endpoints[expression.Endpoint.EndpointName];
        return expression.Property switch
        {
            EndpointProperty.Url => $"{endpoint.Scheme}://{endpoint.Host}:{endpoint.Port}",
            EndpointProperty.Host or EndpointProperty.IPV4Host => endpoint.Host,
            EndpointProperty.Port or EndpointProperty.TargetPort => endpoint.Port,
            EndpointProperty.HostAndPort => $"{endpoint.Host}:{endpoint.Port}",
            EndpointProperty.Scheme => endpoint.Scheme,
            _ => throw new NotSupportedException(
                $"The property {expression.Property} of the endpoint '{expression.Endpoint.EndpointName}' cannot be published to Docker Compose."),
        };
    }
}
