using System.Text.RegularExpressions;

namespace Aspire.Hosting.Docker.Writing;

/// <summary>
/// A shell's own variables in a command: Compose would put its values in their place, so the dollar is doubled (<c>$$HOME</c>,
/// <c>$${HOME}</c>). One that is doubled already stays.
/// </summary>
internal static partial class ShellDollars
{
    public static string Double(string command) => Variables().Replace(command, "$$$$${start}");

    /// <summary>A dollar that follows none and begins a name or a brace with a name.</summary>
    [GeneratedRegex(@"(?<!\$)\$(?<start>\{\s*[\p{L}_]|[\p{L}_])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variables();
}
