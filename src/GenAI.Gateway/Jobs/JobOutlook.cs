namespace GenAI.Gateway.Jobs;

/// <summary>When a waiting or running job is expected to be done.</summary>
/// <param name="Position">0: it runs; 1: it is the next of its model.</param>
internal sealed record JobOutlook(int Position, DateTimeOffset? EstimatedStart, DateTimeOffset? EstimatedEnd);
