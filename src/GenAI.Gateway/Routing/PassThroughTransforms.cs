using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace GenAI.Gateway.Routing;

/// <summary>What a request needs beside YARP's own transforms to reach the instance as the client sent it.</summary>
internal sealed class PassThroughTransforms : ITransformProvider
{
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

    private static void KeepEncodedPath(RequestTransformContext transform)
    {
        var context = transform.HttpContext;
        if (context.Request.Path.Value?.Contains('%') != true) return;

        var skip = context.Features.Get<ModelPortFeature>() is null ? ModelPaths.PrefixSegments : 0;
        if (context.Features.Get<IHttpRequestFeature>() is not { RawTarget: var target } || RawPath.Remainder(target, skip) is not { } path)
            return;
        transform.ProxyRequest.RequestUri =
            new Uri(transform.DestinationPrefix.TrimEnd('/') + path + context.Request.QueryString.Value, AsWritten);
    }
}
