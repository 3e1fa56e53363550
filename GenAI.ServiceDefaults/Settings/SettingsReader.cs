using Microsoft.Extensions.Configuration;

namespace GenAI.ServiceDefaults.Settings;

/// <summary>Reads settings one by one and keeps what is wrong with each, so that all of it is reported at once.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> _errors = [];

    public delegate bool TryParse<T>(string text, out T value);

    /// <summary>The setting's value; <paramref name="fallback"/> when it is not set, is empty, or is wrong.</summary>
    public T Read<T>(string name, T fallback, TryParse<T> tryParse, string expected)
    {
        var text = configuration[name]?.Trim();
        if (string.IsNullOrEmpty(text)) return fallback;
        if (tryParse(text, out var value)) return value;
        AddError(name, text, expected);
        return fallback;
    }

    public void AddError(string name, string value, string expected) => _errors.Add($"{name} is '{value}'; expected {expected}.");

    public void ThrowIfAnyError()
    {
        if (_errors.Count > 0) throw new SettingsException(_errors);
    }
}
