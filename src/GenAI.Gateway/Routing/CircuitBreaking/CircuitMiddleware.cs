using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing.Clients;
using GenAI.Gateway.Routing.Ejection;

namespace GenAI.Gateway.Routing.CircuitBreaking;

/// <summary>
/// Refuses at once what goes to a model whose circuit is open. How requests end is counted where their last attempt is known
/// (<see cref="Retries.RetryMiddleware"/>): an attempt that another instance made good is no failure of the model.
/// </summary>
internal sealed class CircuitMiddleware(RequestDelegate next, CircuitBreakers circuits, ApiErrorWriter errors)
{
    public Task InvokeAsync(HttpContext context)
    {
        var model = context.GetReverseProxyFeature().Cluster.Config.ClusterId;
        var circuit = circuits.Of(model);
        if (circuit.IsClosed) return next(context);
        // A socket that lives for hours tells nothing soon.
        if (context.IsWebSocket() || !circuit.TryProbe(out var probe)) return errors.WriteAsync(context, Refusal(model, circuit));
        return ProbeAsync(context, circuit, probe);
    }

    private async Task ProbeAsync(HttpContext context, CircuitBreaker circuit, CircuitProbe probe)
    {
        var outcome = RequestOutcome.Nothing;
        try
        {
            await next(context);
            outcome = RequestOutcomes.Of(context, isWebSocket: false);
        }
        finally
        {
            circuit.End(probe, outcome);
        }
    }

    private static ApiError Refusal(string model, CircuitBreaker circuit)
    {
        var wait = circuit.Remaining;
        if (wait < TimeSpan.FromSeconds(1)) wait = TimeSpan.FromSeconds(1);
        return new ApiError(StatusCodes.Status503ServiceUnavailable, "circuit_open",
            $"Too many of the last requests to '{model}' failed, so that none is passed on now; try again in {Math.Ceiling(wait.TotalSeconds)} s.")
        {
            RetryAfter = wait,
        };
    }
}
