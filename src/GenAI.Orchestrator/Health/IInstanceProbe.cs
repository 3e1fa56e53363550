using GenAI.Contracts;

namespace GenAI.Orchestrator.Health;

/// <summary>What to ask an instance of one dialect, and how to read its answer.</summary>
internal interface IInstanceProbe
{
    ModelDialect Dialect { get; }

    /// <exception cref="ProbeException">It answered, but not with a reading.</exception>
    /// <exception cref="HttpRequestException">It did not answer.</exception>
    /// <exception cref="System.Text.Json.JsonException">It answered with something else than the dialect says.</exception>
    Task<ProbeReading> ProbeAsync(Uri endpoint, CancellationToken cancellationToken);
}

/// <summary>A probe that was answered, but not with a reading.</summary>
internal sealed class ProbeException(ProbeFailure failure, string message) : Exception(message)
{
    public ProbeFailure Failure { get; } = failure;
}
