using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.Retries;

/// <summary>
/// Gives a request that failed as <see cref="RetryPolicy"/> describes to another instance, once and within the model's
/// <see cref="RetryBudget"/>. What could not be sent in the end is answered with 503: it was not begun, and may be sent again.
/// Goes before passive health and load balancing, which so see each attempt.
/// </summary>
internal sealed partial class RetryMiddleware(
    RequestDelegate next, IOptions<RetryOptions> options, GatewayMetrics metrics, TimeProvider clock, ILogger<RetryMiddleware> logger)
{
    private readonly ConcurrentDictionary<string, RetryBudget> _budgets = new(StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var candidates = proxy.AvailableDestinations;
        var budget = _budgets.GetOrAdd(proxy.Cluster.Config.ClusterId, static (_, self) => self.NewBudget(), this);
        budget.CountRequest();
        await next(context);

        if (FailureOf(context) is { } failure && MayRetry(context, proxy, failure) && Others(candidates, proxy) is { Count: > 0 } others && budget.TryTake())
        {
            metrics.Retried(proxy.Cluster.Config.ClusterId);
            LogRetried(proxy.ProxiedDestination!.DestinationId, failure.Exception?.Message);
            BeginAnew(context, proxy, others);
            await next(context);
        }

        if (FailureOf(context) is { } last && RetryPolicy.NeverSent(last.Error, last.Exception))
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
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

    private static void BeginAnew(HttpContext context, IReverseProxyFeature proxy, List<DestinationState> destinations)
    {
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.StatusCode = StatusCodes.Status200OK;
        proxy.AvailableDestinations = destinations;
        proxy.ProxiedDestination = null;
    }

    private RetryBudget NewBudget() => new(options.Value, clock);

    [LoggerMessage(1, LogLevel.Warning, "A request to instance {Instance} failed and goes to another one: {Reason}")]
    private partial void LogRetried(string instance, string? reason);
}
