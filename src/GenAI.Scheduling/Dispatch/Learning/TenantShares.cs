namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>
/// Weighted fair sharing by recent work: what tenants had of the instances fades over <see cref="DispatchOptions.ShareMemory"/>,
/// what they asked for over <see cref="DispatchOptions.FloodMemory"/>. One that floods (it sends far more than its peers, or has a
/// long queue) and had more than the others on average, for its weight, stands back: the others' jobs go first until one of
/// the two has changed.
/// </summary>
/// <remarks>
/// <para>A tenant that had less than the others' average (half of it when it floods) never stands back, hence none can be
/// starved; one that stands back still gets what the others leave. While more is asked for than the fleet can serve, a little
/// of that stays free: the others need as many instances as they keep busy and, by the square-root rule of staffing, some more
/// so as to find one free when they come (<see cref="ExcessLimit"/>).</para>
/// <para>Within those bounds nobody's share is counted, so that jobs may run where their checkpoint is warm although another
/// tenant had less. While a tenant stands back its jobs' waiting does not count, or a long
/// queue would buy with its age what the share denies it.</para>
/// </remarks>
public sealed class TenantShares
{
    /// <summary>Below this share of the fleet that all ask for together, everyone can be served: who stands back may have whatever is free.</summary>
    private const double Serveable = 0.85;

    /// <summary>From this share on not all can be served: the others' headroom stays free of those that stand back.</summary>
    private const double Overcrowded = 1;

    /// <summary>Instances that tenants that stand back may keep busy in any case, when the others leave them.</summary>
    private const double LeastRoom = 0.5;

    /// <summary>After the first job, demand is told as if so many seconds had been seen: the first burst is no flood.</summary>
    private const double LeastSeenSeconds = 600;

    private const double ForgottenSeconds = 0.01;

    /// <summary>What a tenant is guaranteed that floods, relative to the others' average; one that only has a long queue is guaranteed all of it.</summary>
    private const double LeastOfFlood = 0.5;

    private readonly DispatchOptions _options;
    private readonly double _memory;
    private readonly double _floodMemory;
    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private readonly List<Tenant> _suspects = [];
    private DecayingSum _all;
    private DecayingSum _asked;
    private DecayingSum _askedSquares;
    private double _since = double.NaN;
    private double _weights;
    private int _instances;
    private int _untilPruning = 1024;

    internal TenantShares(DispatchOptions options)
    {
        _options = options;
        _memory = options.ShareMemory.TotalSeconds;
        _floodMemory = options.FloodMemory.TotalSeconds;
    }

    /// <summary>Whether the tenant's jobs stood back at the last decision.</summary>
    public bool IsOverShare(string tenant) => _tenants.TryGetValue(tenant, out var known) && known.OverShare;

    /// <summary>How long the tenant has been within its share since it was first seen: only that time counts as being passed over.</summary>
    public TimeSpan WithinShare(string tenant, DateTimeOffset now) =>
        TimeSpan.FromSeconds(_tenants.TryGetValue(tenant, out var known) ? known.Clock(now.ToSeconds()) : 0);

    /// <summary>Instance seconds of the tenant that have not faded.</summary>
    public double RecentWork(string tenant, DateTimeOffset now) =>
        _tenants.TryGetValue(tenant, out var known) ? known.Work.At(now.ToSeconds(), _memory) : 0;

    internal Tenant Of(DispatchJob job, double now)
    {
        if (!_tenants.TryGetValue(job.Tenant, out var tenant))
        {
            _tenants[job.Tenant] = tenant = new Tenant(job.Tenant, now);
            _weights += tenant.Weight;
        }

        _weights += job.Weight - tenant.Weight;
        tenant.Weight = job.Weight;
        return tenant;
    }

    /// <summary>A job came that is expected to take so long.</summary>
    internal void Ask(Tenant tenant, double seconds, double now)
    {
        if (double.IsNaN(_since)) _since = now;
        var before = tenant.Asked.At(now, _floodMemory);
        tenant.Asked.Add(seconds, now, _floodMemory);
        _asked.Add(seconds, now, _floodMemory);

        // Squares of what fades by 1/e fade by 1/e².
        _askedSquares.Add((2 * before + seconds) * seconds / tenant.Weight, now, _floodMemory / 2);
        Suspect(tenant, now);
    }

    /// <param name="seconds">Work begun, or, when it ended, the difference from what was charged.</param>
    internal void Charge(DispatchJob job, double seconds, double now)
    {
        Of(job, now).Work.Add(seconds, now, _memory);
        _all.Add(seconds, now, _memory);
        if (--_untilPruning <= 0) Prune(now);
    }

    /// <summary>Tells anew which tenants stand back; <paramref name="changed"/> is called for each that begins or ends to.</summary>
    /// <param name="instances">Instances of the fleet.</param>
    internal void Update(int instances, double now, Action<Tenant, bool> changed)
    {
        if (instances < _instances)
        {
            _instances = instances;
            foreach (var tenant in _tenants.Values) Suspect(tenant, now);
        }

        _instances = instances;
        for (var i = _suspects.Count - 1; i >= 0; i--)
        {
            var tenant = _suspects[i];
            var over = ShouldStandBack(tenant, now);
            if (over != tenant.OverShare) changed(tenant, over);
            if (over || IsLarge(tenant, now)) continue;
            tenant.Suspected = false;
            _suspects[i] = _suspects[^1];
            _suspects.RemoveAt(_suspects.Count - 1);
        }
    }

    /// <summary>How many more jobs of tenants that stand back may be started now.</summary>
    /// <remarks>
    /// Worked example: the others keep 5 of 8 instances busy and need √5 = 2.2 more to find one free when they come, which
    /// leaves 0.8: one job at a time, and none while those that stand back had more than 0.8 instances lately. That is
    /// when they ask for 3 instances or more; were it 1.5 (6.5 of 8 with the others') nothing would be held free, and everyone served.
    /// </remarks>
    /// <param name="busy">Instances that are busy.</param>
    internal int ExcessLimit(int busy, double now)
    {
        var running = 0;
        var asked = 0.0;
        var had = 0.0;
        foreach (var tenant in _suspects)
        {
            if (!tenant.OverShare) continue;
            running += tenant.Running;
            asked += tenant.Asked.At(now, _floodMemory) / Seen(_floodMemory, now);
            had += tenant.Work.At(now, _memory) / Seen(_memory, now);
        }

        var needed = Math.Max(0, _all.At(now, _memory) / Seen(_memory, now) - had);
        var crowding = ((needed + asked) / _instances - Serveable) / (Overcrowded - Serveable);
        if (!(crowding > 0)) return int.MaxValue;
        var room = Math.Max(LeastRoom, _instances - needed - _options.ShareHeadroom * Math.Min(1, crowding) * Math.Sqrt(needed));
        var limit = (int)room + (had < room ? 1 : 0);

        // With nothing running nothing would happen that asks anew.
        return Math.Max(busy == 0 ? 1 : 0, limit - Math.Min(running, busy));
    }

    private bool ShouldStandBack(Tenant tenant, double now)
    {
        var others = _weights - tenant.Weight;
        if (others <= 0) return false;
        var own = tenant.Work.At(now, _memory);
        var theirs = Math.Max(0, _all.At(now, _memory) - own) / others;
        var slack = _options.ShareSlack * _instances * _memory;
        if (tenant.WaitingWork / tenant.Weight > slack && own / tenant.Weight > theirs) return true;
        return own / tenant.Weight > LeastOfFlood * theirs && Floods(tenant, now);
    }

    /// <summary>Whether the tenant asks for a good part of the fleet, and for far more than the tenants that most of the others' work is of.</summary>
    private bool Floods(Tenant tenant, double now)
    {
        var own = tenant.Asked.At(now, _floodMemory);
        if (own < _options.FloodShare * _instances * Seen(_floodMemory, now)) return false;
        var others = _asked.At(now, _floodMemory) - own;
        var squares = _askedSquares.At(now, _floodMemory / 2) - own * own / tenant.Weight;
        return own / tenant.Weight * others > _options.FloodFactor * Math.Max(0, squares);
    }

    private void Suspect(Tenant tenant, double now)
    {
        if (tenant.Suspected || !IsLarge(tenant, now)) return;
        tenant.Suspected = true;
        _suspects.Add(tenant);
    }

    private bool IsLarge(Tenant tenant, double now) =>
        tenant.WaitingWork > _options.ShareSlack * Math.Min(1, tenant.Weight) * _instances * _memory
        || tenant.Asked.At(now, _floodMemory) > _options.FloodShare * _instances * Seen(_floodMemory, now);

    /// <summary>What a constant rate of 1 adds up to with the fading, since the first job.</summary>
    private double Seen(double memory, double now) => memory * (1 - Math.Exp(-Math.Max(LeastSeenSeconds, now - _since) / memory));

    private void Prune(double now)
    {
        foreach (var (name, tenant) in _tenants)
        {
            if (tenant.Waiting > 0 || tenant.Running > 0 || tenant.Suspected) continue;
            if (tenant.Work.At(now, _memory) > ForgottenSeconds || tenant.Asked.At(now, _floodMemory) > ForgottenSeconds) continue;
            _weights -= tenant.Weight;
            _tenants.Remove(name);
        }

        _untilPruning = Math.Max(1024, _tenants.Count);
    }
}
