using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Polly;

namespace Microsoft.Extensions.Http.Resilience.Pipelines;

/// <summary>Each strategy's own limits, and those between strategies. Every error is reported, with the values found.</summary>
internal sealed class StandardOptionsValidator : IValidateOptions<HttpStandardResilienceOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpStandardResilienceOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        CheckEach(options, errors);
        if (errors.Build().Failed) return errors.Build();
        CheckTogether(options, errors);
        return errors.Build();
    }

    private static void CheckEach(HttpStandardResilienceOptions options, ValidateOptionsResultBuilder errors)
    {
        CheckStrategy(nameof(options.RateLimiter), options.RateLimiter, errors);
        CheckStrategy(nameof(options.TotalRequestTimeout), options.TotalRequestTimeout, errors);
        CheckStrategy(nameof(options.Retry), options.Retry, errors);
        CheckStrategy(nameof(options.CircuitBreaker), options.CircuitBreaker, errors);
        CheckStrategy(nameof(options.AttemptTimeout), options.AttemptTimeout, errors);
    }

    private static void CheckStrategy(string name, ResilienceStrategyOptions? options, ValidateOptionsResultBuilder errors)
    {
        if (options is null)
        {
            errors.AddError($"{name} is null.");
            return;
        }

        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        foreach (var result in results) errors.AddError($"{name}: {result.ErrorMessage}");
    }

    private static void CheckTogether(HttpStandardResilienceOptions options, ValidateOptionsResultBuilder errors)
    {
        var attempt = options.AttemptTimeout.Timeout;
        var total = options.TotalRequestTimeout.Timeout;
        var sampling = options.CircuitBreaker.SamplingDuration;

        if (attempt > total)
            errors.AddError($"{Seconds("TotalRequestTimeout", total)} is less than {Seconds("AttemptTimeout", attempt)}; expected at least as much.");
        if (sampling < attempt * 2)
            errors.AddError($"{Seconds("CircuitBreaker.SamplingDuration", sampling)} is less than twice {Seconds("AttemptTimeout", attempt)}.");
        if (LongestWait(options.Retry) is { } wait && wait > total)
            errors.AddError($"The waits of Retry add up to {wait.TotalSeconds} s, more than {Seconds("TotalRequestTimeout", total)}.");
    }

    private static string Seconds(string name, TimeSpan value) => $"{name} ({value.TotalSeconds} s)";

    /// <summary>All waits between attempts, without jitter. Null when a generator of the application's own decides them.</summary>
    private static TimeSpan? LongestWait(HttpRetryStrategyOptions retry)
    {
        if (retry.DelayGenerator is not null && !retry.ShouldRetryAfterHeader) return null;
        var cap = retry.MaxDelay ?? TimeSpan.MaxValue;
        var seconds = Enumerable.Range(0, retry.MaxRetryAttempts)
            .Select(attempt => Math.Min(Backoff(retry, attempt), cap.TotalSeconds))
            .Sum();
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
    }

    private static double Backoff(HttpRetryStrategyOptions retry, int attempt) => retry.BackoffType switch
    {
        DelayBackoffType.Constant => retry.Delay.TotalSeconds,
        DelayBackoffType.Linear => retry.Delay.TotalSeconds * (attempt + 1),
        _ => retry.Delay.TotalSeconds * Math.Pow(2, attempt),
    };
}
