using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.CircuitBreaking;

internal sealed class CircuitBreakerOptionsValidator : IValidateOptions<CircuitBreakerOptions>
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, CircuitBreakerOptions options)
    {
        var errors = new List<string>();
        if (options.FailureRatio is not (> 0 and <= 1))
            errors.Add($"{CircuitBreakerOptions.Section}:FailureRatio is {options.FailureRatio}; expected more than 0 and at most 1.");
        if (options.Window < ShortestWindow || options.Window > TimeLimits.Longest)
            errors.Add($"{CircuitBreakerOptions.Section}:Window is {options.Window}; expected {ShortestWindow} to {TimeLimits.Longest}.");
        if (options.MinimumThroughput < 1)
            errors.Add($"{CircuitBreakerOptions.Section}:MinimumThroughput is {options.MinimumThroughput}; expected at least 1.");
        if (!TimeLimits.Allow(options.BreakDuration))
            errors.Add($"{CircuitBreakerOptions.Section}:BreakDuration is {options.BreakDuration}; expected more than zero and at most {TimeLimits.Longest}.");
        if (options.Probes < 1) errors.Add($"{CircuitBreakerOptions.Section}:Probes is {options.Probes}; expected at least 1.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
