namespace GenAI.ModelServer.Jobs;

/// <summary>What one job may still compute, in pixel-steps: width × height × steps × images.</summary>
internal sealed class JobBudget(long limit)
{
    private long _spent;

    /// <summary>False when the work does not fit what is left; nothing is then taken.</summary>
    public bool TrySpend(int width, int height, int steps, int images)
    {
        var wanted = (Int128)width * height * steps * images;
        if (_spent + wanted > limit) return false;
        _spent += (long)wanted;
        return true;
    }

    public string Refusal(int width, int height, int steps, int images) =>
        $"{images} image(s) of {width}x{height} at {steps} steps are {(Int128)width * height * steps * images} pixel-steps; " +
        $"{limit - _spent} of the {limit} that one job may use are left";
}
