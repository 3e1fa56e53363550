using System.Globalization;
using GenAI.Scheduling.Dispatch;

namespace GenAI.LoadTest.Replay;

/// <summary>The policy's options for a world in which everything happens faster: each time in them is scaled alike.</summary>
internal static class PolicyScale
{
    private const string Section = "GenAI:Gateway:Dispatch:Policy";

    /// <param name="options">For a world at its own pace.</param>
    /// <param name="scale">Seconds that one of that world takes.</param>
    public static Dictionary<string, string> Settings(DispatchOptions options, double scale)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        Time(nameof(options.PassingOverLimit), options.PassingOverLimit);
        Time(nameof(options.OrdinaryBacklog), options.OrdinaryBacklog);
        Time(nameof(options.PriorityHeadStart), options.PriorityHeadStart);
        Time(nameof(options.DeadlineHorizon), options.DeadlineHorizon);
        Time(nameof(options.EvictionHorizon), options.EvictionHorizon);
        Time(nameof(options.DemandMemory), options.DemandMemory);
        Time(nameof(options.ShareMemory), options.ShareMemory);
        Time(nameof(options.FloodMemory), options.FloodMemory);
        Time(nameof(options.AssumedLoadTime), options.AssumedLoadTime);
        Time(nameof(options.AssumedLoraLoadTime), options.AssumedLoraLoadTime);
        Time(nameof(options.AssumedServiceTime), options.AssumedServiceTime);
        Number(nameof(options.ImpatienceSeconds), options.ImpatienceSeconds * scale);
        Number(nameof(options.PrefetchMarginSeconds), options.PrefetchMarginSeconds * scale);
        // Of seconds squared.
        Number(nameof(options.ImpatienceGrowth), options.ImpatienceGrowth / scale);
        return settings;

        void Time(string name, TimeSpan value) => settings[$"{Section}:{name}"] = (value * scale).ToString("c", CultureInfo.InvariantCulture);

        void Number(string name, double value) => settings[$"{Section}:{name}"] = value.ToString("R", CultureInfo.InvariantCulture);
    }
}
