using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Access.Usage;

/// <param name="PixelSteps">Steps × pixels × images.</param>
internal readonly record struct UsageAmount(long Requests, long Jobs, long Images, long PixelSteps)
{
    public const long MaxPixelSteps = 1_000_000_000_000_000;

    public static UsageAmount operator +(UsageAmount a, UsageAmount b) =>
        new(a.Requests + b.Requests, a.Jobs + b.Jobs, a.Images + b.Images, a.PixelSteps + b.PixelSteps);

    public static UsageAmount operator -(UsageAmount a, UsageAmount b) =>
        new(a.Requests - b.Requests, a.Jobs - b.Jobs, a.Images - b.Images, a.PixelSteps - b.PixelSteps);

    public static UsageAmount Of(IReadOnlyList<JobDemand> demands)
    {
        var (images, pixelSteps) = (0L, 0.0);
        foreach (var demand in demands)
        {
            images += demand.Images;
            pixelSteps += demand.PixelSteps;
        }

        // A graph can ask for more than can be counted. This much is the largest budget, and sums of it still fit.
        return new UsageAmount(0, demands.Count, images, (long)Math.Clamp(pixelSteps, 0, MaxPixelSteps));
    }
}

/// <summary>What is to be added to the store for one key and day.</summary>
internal readonly record struct UsageEntry(string KeyId, DateOnly Day, UsageAmount Amount);
