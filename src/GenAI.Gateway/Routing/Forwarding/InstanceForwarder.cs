using System.Net.Sockets;
using System.Runtime.CompilerServices;
using GenAI.Gateway.Routing.FastPath;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>
/// The short way to an instance: a request without a body, GET or HEAD, goes over a kept connection of ours, which costs a fraction of what it
/// costs through an HTTP client. Everything else (bodies, WebSockets, TLS, HTTP/2) goes YARP's way. Routes, choice of instance, health and
/// retries are YARP's either way, and so is how a failure is told: by <see cref="ForwarderError"/> and the status that YARP gives it.
/// </summary>
internal sealed class InstanceForwarder(
    IHttpForwarder full, InstancePools pools, InstanceMetrics metrics, IOptions<GatewayOptions> options) : IHttpForwarder
{
    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer) =>
        IsShort(context, destinationPrefix)
            ? PassAsync(context, pools.To(destinationPrefix), requestConfig.ActivityTimeout ?? options.Value.ActivityTimeout)
            : full.SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer);

    private static bool IsShort(HttpContext context, string destinationPrefix) =>
        InstanceOrigin.CanReach(destinationPrefix)
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.Request.Protocol is "HTTP/1.1" or "HTTP/1.0"
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
        && context.Features.Get<IHttpUpgradeFeature>() is null or { IsUpgradableRequest: false };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ForwarderError> PassAsync(HttpContext context, InstancePool pool, TimeSpan patience)
    {
        if (FailedAttempt.Of(context) is { } failed) return ForwardedAnswer.Missing(context, failed.Take());

        using var span = InstanceSpan.Start(context.Request.Method, pool.Origin);
        span?.To(pool.Origin, ModelPaths.Rest(context.Request.Path.Value).ToString());
        var begun = metrics.Begin();
        InstanceConnection? connection = null;
        try
        {
            connection = await pool.AskAsync(
                (context, span),
                static (from, into, origin) => RequestHead.Write(into, from.context, origin, from.span),
                patience, options.Value.ConnectTimeout, HttpMethods.IsHead(context.Request.Method), context.RequestAborted);
            span?.Answered(connection.Head.Status);
            metrics.Answered(context.Request.Method, pool.Origin, connection.Head.Status, begun);
            var isWhole = await AnswerAsync(context, connection);
            pool.Release(connection, isWhole);
            return ForwarderError.None;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            // The socket says only that it was closed, which the client's going away does.
            var cause = context.RequestAborted.IsCancellationRequested ? new OperationCanceledException("The client went away.", exception) : exception;
            span?.Failed(cause);
            if (connection is not null)
            {
                pool.End(connection);
                return ForwardedAnswer.BrokenOff(context, cause, connection.HasTimedOut);
            }

            metrics.Failed(context.Request.Method, pool.Origin, cause, begun);
            return ForwardedAnswer.Missing(context, cause);
        }
    }

    /// <returns>Whether the body's end was seen without the connection's.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> AnswerAsync(HttpContext context, InstanceConnection connection)
    {
        ForwardedAnswer.Begin(context, connection.Head);
        var framing = connection.Head.Framing(HttpMethods.IsHead(context.Request.Method));
        await ResponseBody.CopyAsync(connection, framing, context.Response.BodyWriter);
        return framing != BodyFraming.UntilClose;
    }
}
