using System.Text.RegularExpressions;

namespace GenAI.AppHost.Resources;

/// <summary>What a container may use at most: <c>{settings}_MEMORY_LIMIT</c> and <c>{settings}_CPU_LIMIT</c>.</summary>
internal sealed partial record ResourceLimits
{
    public ResourceLimits(IDistributedApplicationBuilder builder, string settings, string memory, string cpus)
    {
        Memory = Valid(builder, $"{settings}_MEMORY_LIMIT", memory, MemoryAmount(), "a number with its unit, such as 16G or 512M");
        Cpus = Valid(builder, $"{settings}_CPU_LIMIT", cpus, Cores(), "a number of cores, such as 8 or 0.5");
    }

    /// <summary>With its unit, such as <c>16G</c>.</summary>
    public string Memory { get; }

    /// <summary>Cores.</summary>
    public string Cpus { get; }

    private static string Valid(IDistributedApplicationBuilder builder, string setting, string defaultValue, Regex form, string expected)
    {
        var value = builder.Setting(setting, defaultValue);
        if (form.IsMatch(value)) return value;
        builder.NoteWrongSetting($"{setting} is '{value}'; expected {expected}.");
        return defaultValue;
    }

    [GeneratedRegex("^[1-9][0-9]*[kKmMgG]$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MemoryAmount();

    [GeneratedRegex("^([1-9][0-9]*([.][0-9]+)?|0[.][0-9]*[1-9])$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Cores();
}
