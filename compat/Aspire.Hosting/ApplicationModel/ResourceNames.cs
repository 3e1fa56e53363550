namespace Aspire.Hosting.ApplicationModel;

/// <summary>Names of resources and endpoints: 1 to 64 ASCII letters, digits and single hyphens, a letter first, no hyphen last.</summary>
internal static class ResourceNames
{
    public static readonly StringComparer Comparer = StringComparer.OrdinalIgnoreCase;

    private const int MaxLength = 64;

    public static string Validated(string kind, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Fault(name) is { } fault)
            throw new ArgumentException($"{kind} name '{name}' is invalid. {fault}", nameof(name));
        return name;
    }

    private static string? Fault(string name)
    {
        if (name.Length is < 1 or > MaxLength)
            return $"Name must be between 1 and {MaxLength} characters long.";
        if (name.Contains("--", StringComparison.Ordinal))
            return "Name cannot contain consecutive hyphens.";
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            return "Name must contain only ASCII letters, digits, and hyphens.";
        if (!char.IsAsciiLetter(name[0]))
            return "Name must start with an ASCII letter.";
        return name[^1] == '-' ? "Name cannot end with a hyphen." : null;
    }
}
