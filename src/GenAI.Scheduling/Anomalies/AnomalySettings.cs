namespace GenAI.Scheduling.Anomalies;

/// <summary>When a measurement is out of the ordinary.</summary>
/// <param name="Sigmas">Robust standard deviations from the median of the residuals.</param>
/// <param name="Interval">Measurements come about this often; later ones of the same interval are judged, not learned.</param>
/// <param name="Season">The cycle whose usual course is taken off first.</param>
/// <param name="Window">Residuals remembered.</param>
/// <param name="Least">Residuals needed before anything is called an anomaly.</param>
/// <param name="Confirmations">Measurements in a row on the same side that raise the alert, and in order that end it.</param>
/// <param name="Floor">Least spread, as a share of the usual value: a constant series makes no alert of its last digit.</param>
public sealed record AnomalySettings(
    double Sigmas, TimeSpan Interval, TimeSpan Season, int Window, int Least, int Confirmations, double Floor)
{
    public static AnomalySettings Default { get; } = new(
        2.5, TimeSpan.FromSeconds(60), TimeSpan.FromDays(1), 240, 30, 3, 0.02);
}
