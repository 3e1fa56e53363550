namespace GenAI.Scheduling.Scaling.Limits;

/// <summary>What instances may cost.</summary>
/// <param name="Currency">ISO 4217 code, for messages.</param>
/// <param name="InstancePerHour">Price of an on-demand instance.</param>
/// <param name="SpotPerHour">Price of a spot instance.</param>
public sealed record Budget(string Currency, decimal? PerHour, decimal? PerMonth, decimal InstancePerHour, decimal SpotPerHour)
{
    /// <summary>What a number of instances costs per hour.</summary>
    public decimal Rate(int onDemand, int spot) => onDemand * InstancePerHour + spot * SpotPerHour;
}

/// <summary>How many instances may be spot (preemptible) ones.</summary>
/// <param name="OnDemandFloor">The first so many are always on demand.</param>
/// <param name="MostShare">Share of all instances that may be spot, 0..1.</param>
/// <remarks><example>Floor 2, share 0.5: of 3 instances one is spot, of 10 five are.</example></remarks>
public sealed record SpotRule(int OnDemandFloor, double MostShare)
{
    public int Of(int instances) => Math.Max(0, Math.Min(instances - OnDemandFloor, (int)(instances * MostShare)));
}
