namespace GenAI.Gateway.Access.Usage;

/// <summary>What was used on one day, UTC. Adding takes no lock.</summary>
internal sealed class DayUsage(DateOnly day)
{
    private long _requests;
    private long _jobs;
    private long _images;
    private long _pixelSteps;

    public DateOnly Day => day;

    public UsageAmount Amount => new(
        Interlocked.Read(ref _requests), Interlocked.Read(ref _jobs), Interlocked.Read(ref _images), Interlocked.Read(ref _pixelSteps));

    /// <summary>What the store had after the last time that it was told.</summary>
    public UsageAmount Stored { get; set; }

    public void Add(UsageAmount amount)
    {
        Interlocked.Add(ref _requests, amount.Requests);
        Interlocked.Add(ref _jobs, amount.Jobs);
        Interlocked.Add(ref _images, amount.Images);
        Interlocked.Add(ref _pixelSteps, amount.PixelSteps);
    }

    public void CountRequest() => Interlocked.Increment(ref _requests);

    /// <summary>Adds all of it, or nothing where that would be more pixel-steps than the budget.</summary>
    public bool TryAdd(UsageAmount amount, long? budget)
    {
        var used = Interlocked.Read(ref _pixelSteps);
        while (true)
        {
            if (budget is { } most && amount.PixelSteps > most - used) return false;
            var seen = Interlocked.CompareExchange(ref _pixelSteps, used + amount.PixelSteps, used);
            if (seen == used) break;
            used = seen;
        }

        Add(amount with { PixelSteps = 0 });
        return true;
    }

    /// <summary>Takes it back, though never below nothing: what was charged yesterday gives no more than today's budget today.</summary>
    public void Refund(UsageAmount amount)
    {
        Lower(ref _jobs, amount.Jobs);
        Lower(ref _images, amount.Images);
        Lower(ref _pixelSteps, amount.PixelSteps);
    }

    private static void Lower(ref long value, long by)
    {
        var before = Interlocked.Read(ref value);
        while (true)
        {
            var seen = Interlocked.CompareExchange(ref value, Math.Max(0, before - by), before);
            if (seen == before) return;
            before = seen;
        }
    }
}
