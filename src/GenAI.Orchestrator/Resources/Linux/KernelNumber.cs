using System.Globalization;

namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>A whole number as the kernel prints it: digits only.</summary>
internal static class KernelNumber
{
    /// <returns>Null when it is not one, or does not fit.</returns>
    public static long? Parse(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
