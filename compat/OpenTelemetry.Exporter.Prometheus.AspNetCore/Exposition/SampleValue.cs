namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Sample values and timestamps.</summary>
internal static class SampleValue
{
    public static void Write(ExpositionBuffer buffer, double value)
    {
        if (double.IsFinite(value))
            buffer.WriteNumber(value);
        else
            buffer.Write(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
    }

    /// <summary>Seconds since 1970, with a fraction.</summary>
    public static void WriteTimestamp(ExpositionBuffer buffer, DateTimeOffset time)
        => buffer.WriteNumber((time - DateTimeOffset.UnixEpoch).TotalSeconds);
}
