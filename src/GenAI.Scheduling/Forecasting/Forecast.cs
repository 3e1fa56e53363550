namespace GenAI.Scheduling.Forecasting;

/// <summary>Arrivals per second at the horizon.</summary>
/// <param name="Rate">The best single guess: of the candidate with the least recent absolute error.</param>
/// <param name="Candidate">Its name.</param>
/// <param name="Centre">Middle of the band: of the candidate whose band lost least recently (pinball loss).</param>
/// <param name="Upper">Upper edge of the band, at the settings' level.</param>
/// <param name="Lower">Lower edge, as seldom undercut as the upper one is passed.</param>
public readonly record struct Forecast(double Rate, string Candidate, double Centre, double Upper, double Lower);
