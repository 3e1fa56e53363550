using System.Diagnostics;
using GenAI.Gateway.Routing.CircuitBreaking;
using GenAI.Gateway.Routing.Draining;
using GenAI.Gateway.Routing.Ejection;
using GenAI.Gateway.Routing.Retries;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>Counts the requests on the fast path wherever those on the ordinary way are counted: by key, instance, model, for draining and in metrics.</summary>
internal sealed class FastPathTally(
    FastPathTelemetry telemetry, PassThroughLoad load, RetryBudgets budgets, CircuitBreakers circuits, OutlierEjectionPolicy ejection, TimeProvider clock, SteadyClock steady)
{
    /// <returns>When it began, by the clock's timestamps.</returns>
    public long Begin(FastPathRequest request, in FastPathRoute route)
    {
        telemetry.Begin(request);
        load.Begin(route.Destination);
        return clock.GetTimestamp();
    }

    /// <summary>The span of the request; null where nobody records it.</summary>
    public Activity? Start(FastPathRequest request) => telemetry.Start(request);

    /// <summary>It goes the ordinary way after all, which counts it.</summary>
    public void Leave(FastPathRequest request, Activity? span, in FastPathRoute route, Exception exception)
    {
        load.End(route.Destination);
        route.Key?.Window?.GiveBack(steady.Now);
        telemetry.Leave(request, span, exception);
    }

    public void End(FastPathRequest request, Activity? span, in FastPathRoute route, long begun, int status, RequestOutcome outcome)
    {
        load.End(route.Destination);
        route.Key?.Usage.CountRequest(clock.GetUtcNow());
        budgets.Of(route.Model.Name).CountRequest();
        circuits.Of(route.Model.Name).Count(outcome);
        ejection.Report(route.Cluster, route.Destination, outcome);
        telemetry.End(request, span, route.Model, status, clock.GetElapsedTime(begun));
    }
}
