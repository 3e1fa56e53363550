using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Health;

internal sealed class HealthOptionsValidator : IValidateOptions<HealthOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, HealthOptions options)
    {
        List<string> errors =
        [
            .. Between(nameof(options.UnhealthyThreshold), options.UnhealthyThreshold, 2, 20),
            .. Between(nameof(options.HealthyThreshold), options.HealthyThreshold, 2, 20),
            .. Between(nameof(options.RecentProbes), options.RecentProbes, 2, 32),
            .. Between(nameof(options.DegradedThreshold), options.DegradedThreshold, 2, 32),
            .. Between(nameof(options.Timeout), options.Timeout, Shortest),
            .. Between(nameof(options.FastInterval), options.FastInterval, Shortest),
            .. Between(nameof(options.StartupGrace), options.StartupGrace, TimeSpan.Zero),
        ];
        // What relates several settings makes sense only when each is sound in itself.
        if (errors.Count == 0) errors.AddRange(Relations(options));

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Relations(HealthOptions options)
    {
        if (options.DegradedThreshold > options.RecentProbes)
            yield return $"{HealthOptions.Section}:DegradedThreshold is {options.DegradedThreshold}; expected at most RecentProbes, {options.RecentProbes}.";

        if (options.SteadyInterval < options.PendingInterval)
            yield return
                $"HEALTH_CHECK_INTERVAL is {options.Interval.TotalSeconds:0.###} s, but {options.UnhealthyThreshold} probes "
                + $"of {options.ProbeTimeout.TotalSeconds:0.###} s with {options.PendingInterval.TotalSeconds:0.###} s between them take "
                + $"{options.ConfirmationTime.TotalSeconds:0.###} s; expected an interval of at least {(options.ConfirmationTime + options.PendingInterval).TotalSeconds:0.###} s, "
                + "a shorter Timeout or FastInterval, or a lower UnhealthyThreshold.";
    }

    private static IEnumerable<string> Between(string setting, int value, int least, int most)
    {
        if (value < least || value > most) yield return $"{HealthOptions.Section}:{setting} is {value}; expected {least} to {most}.";
    }

    private static IEnumerable<string> Between(string setting, TimeSpan? value, TimeSpan least)
    {
        if (value is { } time && (time < least || time > Longest))
            yield return $"{HealthOptions.Section}:{setting} is {time}; expected {least} to {Longest}.";
    }
}
