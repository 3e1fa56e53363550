using GenAI.Gateway.Routing.CircuitBreaking;
using GenAI.Gateway.Routing.Clients;
using GenAI.Gateway.Routing.Draining;
using GenAI.Gateway.Routing.Ejection;
using GenAI.Gateway.Routing.FastPath;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.Retries;

/// <summary>
/// Gives a request that failed as <see cref="RetryPolicy"/> describes to another instance, once and within the model's
/// <see cref="RetryBudget"/>. What could not be sent in the end is answered with 503: it was not begun, and may be sent again.
/// Goes before passive health and load balancing, which so see each attempt; the model's circuit is told of the last one.
/// </summary>
internal sealed partial class RetryMiddleware(
    RequestDelegate next,
    RetryBudgets budgets,
    CircuitBreakers circuits,
    PassThroughLoad load,
    GatewayMetrics metrics,
    ILogger<RetryMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var model = proxy.Cluster.Config.ClusterId;
        load.Begin();
        try
        {
            var candidates = proxy.AvailableDestinations;
            var budget = budgets.Of(model);
            budget.CountRequest();
            BeginWithFailed(context, proxy);
            await next(context);

            if (FailureOf(context) is { } failure && MayRetry(context, proxy, failure) && Others(candidates, proxy) is { Count: > 0 } others && budget.TryTake())
            {
                metrics.Retried(model);
                LogRetried(proxy.ProxiedDestination!.DestinationId, failure.Exception?.Message);
                BeginAnew(context, proxy, others);
                await next(context);
            }

            if (FailureOf(context) is { } last && RetryPolicy.NeverSent(last.Error, last.Exception))
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            if (!context.IsWebSocket()) circuits.Of(model).Count(RequestOutcomes.Of(context, isWebSocket: false));
        }
        finally
        {
            load.End();
        }
    }

    private static IForwarderErrorFeature? FailureOf(HttpContext context) =>
        context.Response.StatusCode >= 400 && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested
            ? context.GetForwarderErrorFeature()
            : null;

    private static bool MayRetry(HttpContext context, IReverseProxyFeature proxy, IForwarderErrorFeature failure) =>
        RetryPolicy.MayRetry(
            failure.Error,
            failure.Exception,
            context.Request.Method,
            context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false,
            proxy.Cluster.Config.LoadBalancingPolicy);

    private static List<DestinationState> Others(IReadOnlyList<DestinationState> candidates, IReverseProxyFeature proxy) =>
        [.. candidates.Where(candidate => candidate != proxy.ProxiedDestination)];

    /// <summary>What has been tried on the fast path is the first attempt, and the same instance's.</summary>
    private static void BeginWithFailed(HttpContext context, IReverseProxyFeature proxy)
    {
        if (FailedAttempt.Of(context) is not { } attempt) return;
        if (proxy.AvailableDestinations.Contains(attempt.Destination)) proxy.AvailableDestinations = attempt.Destination;
        else attempt.Take();
    }

    private static void BeginAnew(HttpContext context, IReverseProxyFeature proxy, List<DestinationState> destinations)
    {
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.StatusCode = StatusCodes.Status200OK;
        proxy.AvailableDestinations = destinations;
        proxy.ProxiedDestination = null;
    }

    [LoggerMessage(1, LogLevel.Warning, "A request to instance {Instance} failed and goes to another one: {Reason}")]
    private partial void LogRetried(string instance, string? reason);
}
