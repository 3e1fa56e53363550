namespace Aspire.Hosting.Terminal;

/// <summary>Colours only where somebody sees them: a terminal, and NO_COLOR (https://no-color.org) not set.</summary>
internal static class TerminalColours
{
    public const string Reset = "\e[0m";
    public const string Red = "\e[31m";
    public const string Green = "\e[32m";
    public const string Yellow = "\e[33m";
    public const string Dim = "\e[2m";

    // Told apart on dark and light backgrounds; red, green and yellow are kept for what they mean.
    private static readonly string[] Names = ["\e[36m", "\e[35m", "\e[34m", "\e[96m", "\e[95m", "\e[94m"];

    public static bool Wanted { get; } =
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public static string OfResource(int index) => Names[index % Names.Length];
}
