namespace GenAI.Gateway.Jobs;

/// <summary>What there is of a model or of a key.</summary>
/// <param name="Queued">Jobs that wait, with those that are being accepted.</param>
/// <param name="Running">Jobs that an instance has.</param>
/// <param name="OldestQueued">Since when the first of those that wait does; null when none does.</param>
internal readonly record struct JobCounts(int Queued, int Running, DateTimeOffset? OldestQueued);
