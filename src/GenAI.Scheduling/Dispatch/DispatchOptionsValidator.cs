using GenAI.Scheduling.Dispatch.Filters;
using GenAI.Scheduling.Dispatch.Scoring;

namespace GenAI.Scheduling.Dispatch;

/// <summary>Finds everything that is wrong with <see cref="DispatchOptions"/> at once.</summary>
public static class DispatchOptionsValidator
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <returns>One sentence per mistake, with the value found and what was expected; empty when there is none.</returns>
    public static IReadOnlyList<string> Validate(DispatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();
        Durations(options, errors);
        Numbers(options, errors);
        Names(options, errors);
        return errors;
    }

    /// <exception cref="ArgumentException">Some option is out of its range; the message names all of them.</exception>
    public static void ThrowIfInvalid(DispatchOptions options)
    {
        var errors = Validate(options);
        if (errors.Count > 0) throw new ArgumentException("Dispatch options: " + string.Join(" ", errors), nameof(options));
    }

    private static void Durations(DispatchOptions options, List<string> errors)
    {
        Positive(nameof(options.PassingOverLimit), options.PassingOverLimit);
        Positive(nameof(options.OrdinaryBacklog), options.OrdinaryBacklog);
        Positive(nameof(options.DeadlineHorizon), options.DeadlineHorizon);
        Positive(nameof(options.EvictionHorizon), options.EvictionHorizon);
        Positive(nameof(options.DemandMemory), options.DemandMemory);
        Positive(nameof(options.ShareMemory), options.ShareMemory);
        Positive(nameof(options.FloodMemory), options.FloodMemory);
        Positive(nameof(options.AssumedLoadTime), options.AssumedLoadTime);
        Positive(nameof(options.AssumedLoraLoadTime), options.AssumedLoraLoadTime);
        Positive(nameof(options.AssumedServiceTime), options.AssumedServiceTime);
        if (options.PriorityHeadStart < TimeSpan.Zero || options.PriorityHeadStart > Longest)
            errors.Add($"{nameof(options.PriorityHeadStart)} is {options.PriorityHeadStart}; expected 0 to {Longest}.");

        void Positive(string name, TimeSpan value)
        {
            if (value <= TimeSpan.Zero || value > Longest) errors.Add($"{name} is {value}; expected more than 0, at most {Longest}.");
        }
    }

    private static void Numbers(DispatchOptions options, List<string> errors)
    {
        Within(nameof(options.ImpatienceSeconds), options.ImpatienceSeconds, 0.001, 86_400);
        Within(nameof(options.ImpatienceGrowth), options.ImpatienceGrowth, 0, 100);
        Within(nameof(options.LoadPrice), options.LoadPrice, 0, 100);
        Within(nameof(options.LoadPriceCap), options.LoadPriceCap, 1, 1000);
        Within(nameof(options.EvictionPrice), options.EvictionPrice, 0, 100);
        Within(nameof(options.ShareSlack), options.ShareSlack, 0, 1);
        Within(nameof(options.FloodShare), options.FloodShare, 0, 1);
        Within(nameof(options.FloodFactor), options.FloodFactor, 1, 1000);
        Within(nameof(options.ShareHeadroom), options.ShareHeadroom, 0, 100);
        Within(nameof(options.OverShareEvictionFactor), options.OverShareEvictionFactor, 1, 1000);
        Within(nameof(options.PrefetchMarginSeconds), options.PrefetchMarginSeconds, 0, 86_400);
        Within(nameof(options.UsableEstimateError), options.UsableEstimateError, 0, 1);

        void Within(string name, double value, double least, double most)
        {
            if (!(value >= least && value <= most)) errors.Add($"{name} is {value}; expected {least} to {most}.");
        }
    }

    private static void Names(DispatchOptions options, List<string> errors)
    {
        foreach (var name in options.Filters.Where(name => !InstanceFilters.ByName.ContainsKey(name)))
            errors.Add($"{nameof(options.Filters)} has '{name}'; expected some of {string.Join(", ", InstanceFilters.ByName.Keys.Order())}.");

        foreach (var (name, weight) in options.Weights)
        {
            if (!PairingScorers.DefaultWeights.ContainsKey(name))
                errors.Add($"{nameof(options.Weights)} has '{name}'; expected some of {string.Join(", ", PairingScorers.DefaultWeights.Keys.Order())}.");
            if (!(weight >= 0 && weight <= 1000)) errors.Add($"{nameof(options.Weights)}['{name}'] is {weight}; expected 0 to 1000.");
        }
    }
}
