namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>
/// Weighted fair sharing by recent work: a tenant's instance seconds fade over <see cref="DispatchOptions.ShareMemory"/>.
/// One that had more of them than the other tenants on average, for its weight, and still has a long queue stands back: the
/// others' jobs go first until one of the two has changed.
/// </summary>
/// <remarks>
/// A tenant that had less than the others' average never stands back, hence none can be starved; one that stands back still
/// gets what the others leave, hence nothing is wasted. An ordinary tenant's short queue is left alone, so that its jobs may run
/// where their checkpoint is warm although another tenant had less. While a tenant stands back its jobs' waiting does not
/// count, or a long queue would buy with its age what the share denies it.
/// </remarks>
public sealed class TenantShares
{
    private const double ForgottenSeconds = 0.01;
    private readonly double _memory;
    private readonly double _slack;
    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private DecayingSum _all;
    private double _weights;
    private int _untilPruning = 1024;

    internal TenantShares(DispatchOptions options)
    {
        _memory = options.ShareMemory.TotalSeconds;
        _slack = options.ShareSlack;
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

    /// <param name="seconds">Work begun, or, when it ended, the difference from what was charged.</param>
    internal void Charge(DispatchJob job, double seconds, double now)
    {
        Of(job, now).Work.Add(seconds, now, _memory);
        _all.Add(seconds, now, _memory);
        if (--_untilPruning <= 0) Prune(now);
    }

    /// <summary>Whether the tenant has had more than the others, and still has a long queue.</summary>
    /// <param name="instances">Instances of the fleet.</param>
    internal bool ShouldStandBack(Tenant tenant, int instances, double now)
    {
        var others = _weights - tenant.Weight;
        if (others <= 0) return false;
        var own = tenant.Work.At(now, _memory);
        var theirs = Math.Max(0, _all.At(now, _memory) - own) / others;
        return own / tenant.Weight > theirs && tenant.WaitingWork / tenant.Weight > _slack * instances * _memory;
    }

    private void Prune(double now)
    {
        foreach (var (name, tenant) in _tenants)
        {
            if (tenant.Waiting > 0 || tenant.Work.At(now, _memory) > ForgottenSeconds) continue;
            _weights -= tenant.Weight;
            _tenants.Remove(name);
        }

        _untilPruning = Math.Max(1024, _tenants.Count);
    }
}
