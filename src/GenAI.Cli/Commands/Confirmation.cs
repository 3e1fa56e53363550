using System.CommandLine;

namespace GenAI.Cli.Commands;

/// <summary>Asks before what cannot be taken back.</summary>
internal static class Confirmation
{
    public static Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Do not ask." };

    /// <exception cref="UsageException">There is nobody to ask, and --yes was not given.</exception>
    public static bool Given(ParseResult parsed, CommandHost host, string question)
    {
        if (parsed.GetValue(Yes)) return true;
        if (!host.IsInteractive) throw new UsageException($"{question} There is nobody to ask here; add --yes.");
        host.Error.Write($"{question} [y/N] ");
        var isYes = host.Input.ReadLine()?.Trim() is { } answer
            && (answer.Equals("y", StringComparison.OrdinalIgnoreCase) || answer.Equals("yes", StringComparison.OrdinalIgnoreCase));
        if (!isYes) host.Error.WriteLine("Nothing was changed.");
        return isYes;
    }
}
