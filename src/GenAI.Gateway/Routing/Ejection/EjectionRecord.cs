namespace GenAI.Gateway.Routing.Ejection;

/// <summary>What is remembered of one instance's requests.</summary>
/// <param name="ErrorsInARow">Gateway errors since the last answer.</param>
/// <param name="Ejections">Ejections in succession, which lengthen the next one.</param>
/// <param name="ReadmittedAt">When the last ejection ends or ended.</param>
internal readonly record struct EjectionRecord(int ErrorsInARow, int Ejections, DateTimeOffset ReadmittedAt);
