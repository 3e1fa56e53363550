namespace GenAI.ServiceDefaults.Settings;

/// <summary>Settings are not usable.</summary>
public sealed class SettingsException(IReadOnlyList<string> errors)
    : Exception($"Settings are not usable:{Environment.NewLine}{string.Join(Environment.NewLine, errors.Select(error => $"  - {error}"))}")
{
    /// <summary>Every error, each with the value found and what was expected.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
