namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>LoRAs that are not in memory must be loaded; a checkpoint's load drops those that were.</summary>
internal sealed class LoraScorer : IPairingScorer
{
    public string Name => "lora";

    public double Seconds(in Pairing pairing, DispatchOptions options)
    {
        var missing = 0;
        foreach (var lora in pairing.Job.Loras)
        {
            if (pairing.Load > 0 || !pairing.Instance.Loras.Contains(lora)) missing++;
        }

        return missing * pairing.LoraLoad;
    }
}
