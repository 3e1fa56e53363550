namespace GenAI.Gateway.Access.Usage;

/// <summary>What one key uses: today, yesterday for as long as it is being written, and since the process began.</summary>
internal sealed class KeyUsage(string keyId)
{
    private readonly Lock _lock = new();
    private volatile DayUsage _today = new(DateOnly.MinValue);
    private volatile DayUsage? _yesterday;
    private long _requests;
    private long _refusals;
    private long _jobs;
    private long _images;
    private long _pixelSteps;

    public string KeyId => keyId;

    /// <summary>Since the process began, for metrics; what was given back stays counted.</summary>
    public UsageAmount SinceStart => new(
        Interlocked.Read(ref _requests), Interlocked.Read(ref _jobs), Interlocked.Read(ref _images), Interlocked.Read(ref _pixelSteps));

    public long Refusals => Interlocked.Read(ref _refusals);

    public DayUsage Today(DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var today = _today;
        return today.Day >= day ? today : NewDay(day);
    }

    /// <summary>The days that may have something that the store has not.</summary>
    public IEnumerable<DayUsage> Days => _yesterday is { } yesterday ? [yesterday, _today] : [_today];

    public void CountRequest(DateTimeOffset now)
    {
        Interlocked.Increment(ref _requests);
        Today(now).CountRequest();
    }

    public void CountRefusal() => Interlocked.Increment(ref _refusals);

    public bool TryCharge(UsageAmount amount, long? budget, DateTimeOffset now)
    {
        if (!Today(now).TryAdd(amount, budget)) return false;
        Interlocked.Add(ref _jobs, amount.Jobs);
        Interlocked.Add(ref _images, amount.Images);
        Interlocked.Add(ref _pixelSteps, amount.PixelSteps);
        return true;
    }

    private DayUsage NewDay(DateOnly day)
    {
        lock (_lock)
        {
            if (_today.Day >= day) return _today;
            if (_today.Day != DateOnly.MinValue) _yesterday = _today;
            return _today = new DayUsage(day);
        }
    }
}
