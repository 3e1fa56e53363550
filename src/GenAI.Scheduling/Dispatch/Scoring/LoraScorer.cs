namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>LoRAs that are not in memory must be loaded; a checkpoint's load drops those that were.</summary>
internal static class LoraScorer
{
    public const string Name = "lora";

    /// <param name="load">Seconds to load the checkpoint; 0 where it is warm.</param>
    public static double Seconds(DispatchJob job, InstanceView instance, double load, DispatchOptions options)
    {
        var missing = 0;
        foreach (var lora in job.Loras)
        {
            if (load > 0 || !instance.Loras.Contains(lora)) missing++;
        }

        return missing == 0 ? 0 : missing * options.AssumedLoraLoadTime.TotalSeconds;
    }
}
