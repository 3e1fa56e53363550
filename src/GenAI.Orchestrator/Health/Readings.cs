namespace GenAI.Orchestrator.Health;

/// <summary>Makes a reading of what an instance says, within the bounds that everyone downstream relies on.</summary>
internal static class Readings
{
    private const int MaxLoaded = 64;
    private const int MaxTextLength = 256;

    /// <param name="path">Where it was said, for the message.</param>
    /// <param name="status">Null or <c>ok</c>: ready; <c>draining</c>: takes nothing new; anything else: not ready.</param>
    /// <param name="version">Null: unknown.</param>
    /// <param name="loadScore">Null: estimated from the queue as q/(q+1), so that one job counts half and no queue counts 1.</param>
    /// <param name="queueLength">Jobs running and waiting.</param>
    /// <param name="loaded">Checkpoints in memory; null: unknown.</param>
    /// <exception cref="ProbeException">It says that it is not ready.</exception>
    public static ProbeReading Create(
        string path, string? status, string? version, double? loadScore, int queueLength, IReadOnlyList<string>? loaded)
    {
        var draining = string.Equals(status, "draining", StringComparison.OrdinalIgnoreCase);
        if (!draining && status is not null && !status.Equals("ok", StringComparison.OrdinalIgnoreCase))
            throw new ProbeException(ProbeFailure.NotReady, $"{path} answered the status '{Shortened(status)}'");

        var queue = Math.Max(0, queueLength);
        return new ProbeReading
        {
            Version = string.IsNullOrWhiteSpace(version) ? ProbeReading.None.Version : Shortened(version),
            LoadScore = Math.Clamp(loadScore ?? queue / (queue + 1.0), 0, 1),
            QueueLength = queue,
            Loaded = [.. (loaded ?? []).Where(name => !string.IsNullOrEmpty(name)).Select(Shortened).Take(MaxLoaded)],
            Draining = draining,
        };
    }

    private static string Shortened(string text) => text.Length <= MaxTextLength ? text : text[..MaxTextLength];
}
