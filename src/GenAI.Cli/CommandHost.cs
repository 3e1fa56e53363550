using Spectre.Console;

namespace GenAI.Cli;

/// <summary>What a command has of the world around it: a process' own, or a test's.</summary>
/// <param name="Input">Where an answer to a question comes from.</param>
/// <param name="Output">What was asked for, and nothing else, so that it can be piped.</param>
/// <param name="Error">Questions, remarks and errors.</param>
/// <param name="IsInteractive">Whether somebody is there to be asked.</param>
/// <param name="Variable">An environment variable's value.</param>
internal sealed record CommandHost(
    TextReader Input, TextWriter Output, TextWriter Error, bool IsInteractive, Func<string, string?> Variable, TimeProvider Clock)
{
    /// <summary>A file or a pipe has no width: a row of a table stays on one line.</summary>
    private const int WidthOfPipe = 200;

    public static CommandHost OfProcess() => new(
        Console.In, Console.Out, Console.Error, !Console.IsInputRedirected && !Console.IsErrorRedirected,
        Environment.GetEnvironmentVariable, TimeProvider.System);

    /// <summary>For tables on <see cref="Output"/>.</summary>
    public IAnsiConsole Tables()
    {
        var isTerminal = ReferenceEquals(Output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal) console.Profile.Width = WidthOfPipe;
        return console;
    }
}
