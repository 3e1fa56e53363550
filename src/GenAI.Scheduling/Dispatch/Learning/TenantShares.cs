namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>
/// Weighted fair sharing by recent work: each tenant's instance seconds fade over <see cref="DispatchOptions.ShareMemory"/>,
/// and one that had clearly more than the others, for its weight, stands back until they have faded.
/// </summary>
/// <remarks>
/// "Clearly more" is the mean of all active tenants plus a slack, so that jobs may run where their checkpoint is warm
/// although another tenant had less. A tenant below the mean never stands back, hence none can be starved; one that stands
/// back still gets what the others leave, hence nothing is wasted.
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

    /// <summary>Instance seconds of the tenant that have not faded.</summary>
    public double RecentWork(string tenant, DateTimeOffset now) =>
        _tenants.TryGetValue(tenant, out var known) ? known.Work.At(now.ToSeconds(), _memory) : 0;

    internal Tenant Of(DispatchJob job)
    {
        if (!_tenants.TryGetValue(job.Tenant, out var tenant))
        {
            _tenants[job.Tenant] = tenant = new Tenant(job.Tenant);
            _weights += tenant.Weight;
        }

        _weights += job.Weight - tenant.Weight;
        tenant.Weight = job.Weight;
        return tenant;
    }

    /// <param name="seconds">Work begun, or, when it ended, the difference from what was charged.</param>
    internal void Charge(DispatchJob job, double seconds, double now)
    {
        Of(job).Work.Add(seconds, now, _memory);
        _all.Add(seconds, now, _memory);
        if (--_untilPruning <= 0) Prune(now);
    }

    /// <summary>Whether the tenant has had clearly more than the others.</summary>
    /// <param name="instances">Instances of the fleet.</param>
    internal bool ShouldStandBack(Tenant tenant, int instances, double now)
    {
        var allowed = Math.Max(0, _all.At(now, _memory)) / _weights + _slack * instances * _memory;
        return _tenants.Count > 1 && tenant.Work.At(now, _memory) / tenant.Weight > allowed;
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
