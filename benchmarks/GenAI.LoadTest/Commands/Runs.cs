using GenAI.Simulator.Traces;
using Spectre.Console;

namespace GenAI.LoadTest.Commands;

/// <summary>What every command does alike: progress and errors on standard error, and the exit code.</summary>
internal static class Runs
{
    /// <param name="steps">How many times the run is going to call its argument.</param>
    /// <param name="run">Calls its argument with each answer, from any thread.</param>
    /// <returns>0; 2 when it could not be measured, 130 when it was stopped.</returns>
    public static async Task<int> WithProgressAsync(string what, double steps, Func<Action, Task> run)
    {
        var errors = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error), Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        try
        {
            await errors.Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(context =>
                {
                    var task = context.AddTask(what, maxValue: steps);
                    return run(() => task.Increment(1));
                });
            return 0;
        }
        catch (OperationCanceledException)
        {
            errors.MarkupLine("[yellow]stopped[/]");
            return 130;
        }
        catch (Exception failure) when (failure is LoadTestException or TraceFormatException or IOException or UnauthorizedAccessException)
        {
            errors.MarkupLineInterpolated($"[red]{failure.Message}[/]");
            return 2;
        }
    }
}
