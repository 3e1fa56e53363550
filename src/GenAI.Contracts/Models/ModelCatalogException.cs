namespace GenAI.Contracts.Models;

/// <summary>The configured models are not usable.</summary>
public sealed class ModelCatalogException(IReadOnlyList<string> errors)
    : Exception($"The configuration of the models is not usable:{Environment.NewLine}{string.Join(Environment.NewLine, errors.Select(error => $"  - {error}"))}")
{
    /// <summary>Every error found, each with the offending value and what was expected.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
