namespace GenAI.Scheduling.Anomalies;

/// <summary>What one measurement looks like.</summary>
/// <param name="Expected">The usual value here: the season's, and the recent median of what differs from it.</param>
/// <param name="Sigmas">How many robust standard deviations off, signed; 0 while too little is known.</param>
/// <param name="Outlier">This measurement alone is beyond the threshold.</param>
/// <param name="Alert">Enough of them in a row were, and not yet enough in order since.</param>
public readonly record struct AnomalyVerdict(double Expected, double Sigmas, bool Outlier, bool Alert);
