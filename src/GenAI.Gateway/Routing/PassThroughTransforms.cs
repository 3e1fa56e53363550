using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace GenAI.Gateway.Routing;

/// <summary>What a request needs beside YARP's own transforms to reach the instance as the client sent it.</summary>
internal sealed class PassThroughTransforms : ITransformProvider
{
    private const long LargeBodyBytes = 1 << 20;

    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        context.AddOriginalHost();
        context.AddRequestTransform(transform =>
        {
            HostOverTls(transform);
            KeepEncodedPath(transform);
            AskBeforeLargeBody(transform);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>
    /// The instance sees the client's Host, because ComfyUI refuses a browser whose Origin is another. Not over TLS, where the Host is
    /// also the name that the certificate is checked against.
    /// </summary>
    private static void HostOverTls(RequestTransformContext transform)
    {
        if (transform.DestinationPrefix.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) transform.ProxyRequest.Headers.Host = null;
    }

    /// <summary>
    /// An instance that refuses a large body closes the connection in the middle of it, and its answer is lost. Asked first
    /// (<c>Expect: 100-continue</c>, RFC 9110, 10.1.1), it answers before there is any.
    /// </summary>
    private static void AskBeforeLargeBody(RequestTransformContext transform)
    {
        if (transform.HttpContext.Request.ContentLength > LargeBodyBytes) transform.ProxyRequest.Headers.ExpectContinue = true;
    }

    private static void KeepEncodedPath(RequestTransformContext transform)
    {
        if (AddressAsWritten(transform.HttpContext, transform.DestinationPrefix) is { } address) transform.ProxyRequest.RequestUri = address;
    }

    /// <summary>The instance's address for a path with a percent sign in it (<see cref="RawPath"/>); null for every other.</summary>
    public static Uri? AddressAsWritten(HttpContext context, string destinationPrefix)
    {
        if (context.Request.Path.Value?.Contains('%') != true) return null;

        var skip = context.Features.Get<ModelPortFeature>() is null ? ModelPaths.PrefixSegments : 0;
        return context.Features.Get<IHttpRequestFeature>() is { RawTarget: var target } && RawPath.Remainder(target, skip) is { } path
            ? new Uri(destinationPrefix.TrimEnd('/') + path + context.Request.QueryString.Value, AsWritten)
            : null;
    }
}
