using System.CommandLine;
using GenAI.Simulator.Dispatching;
using GenAI.Simulator.Reporting;
using GenAI.Simulator.Traces;
using Spectre.Console;

namespace GenAI.Simulator.Commands;

/// <summary><c>dispatch</c>: which job on which instance.</summary>
internal static class DispatchCommand
{
    private const int ErrorWidth = 4096;

    private const string Description = """
        Which job on which instance: mean, median, 95th and 99th percentile of the seconds from arrival to result, loads per
        request, and the longest that a request was passed over, for each policy. Each figure is the median over the seeds;
        every policy meets the same requests, execution times and load times.

        Examples:
          dispatch --trace requests.csv --loads load_seconds.csv --instances 8 --load 0.7 --seeds 5
          dispatch --trace requests.csv --loads load_seconds.csv --instances 8 --arrivals trace --speed 3
          dispatch --synthetic bursts --zipf 1.2 --instances 4 --load 0.6 --policies genai,swarmui --json
          dispatch --trace requests.csv --flood-tenant largest --flood-factor 10 --policies genai
          dispatch --synthetic diurnal --models flux-1-dev=4,comfyui-workflows=8 --load 0.6 --mean-uptime 7200 --repair 120
          dispatch --synthetic heavy --instances 4 --speeds 1,1,1,0.5 --load 0.8 --know-speeds none --usable-estimate-error 0
          dispatch --trace requests.csv --loads load_seconds.csv --csv figures.csv --plot figures.svg

        'passed over s' is how long after its turn a request saw younger ones started, at the longest. 'stable' tells
        whether the queue settles or grows for as long as requests come. Progress and errors go to standard error.

        The row 'bound' knows every execution time beforehand and never loads anything: no policy reaches it.
        """;

    public static Command Create()
    {
        var options = new DispatchCommandOptions();
        var command = new Command("dispatch", Description);
        foreach (var option in options.All) command.Options.Add(option);
        command.Validators.Add(options.Validate);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(options.Read(parsed), cancellation)));
        return command;
    }

    private static int Run(DispatchSettings settings, CancellationToken cancellation)
    {
        var errors = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error), Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        // As on standard output: a message stays on one line in a file or a pipe.
        if (Console.IsErrorRedirected) errors.Profile.Width = ErrorWidth;
        try
        {
            var experiment = new DispatchExperiment(settings);
            var figures = Progress(errors, experiment, cancellation);
            if (settings.Csv is { } csv) File.WriteAllText(csv, DispatchReport.Csv(figures));
            if (settings.Plot is { } plot) File.WriteAllText(plot, ResponseChart.Svg($"Response in seconds: {settings.Title}", figures));
            if (settings.Json) Console.Out.WriteLine(DispatchReport.Json(figures));
            else DispatchReport.Table(AnsiConsole.Console, settings.Title, figures, experiment);
            return 0;
        }
        catch (OperationCanceledException)
        {
            errors.MarkupLine("[yellow]stopped[/]");
            return 130;
        }
        catch (TraceFormatException failure)
        {
            errors.MarkupLineInterpolated($"[red]{failure.Message}[/]");
            return 2;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.MarkupLineInterpolated($"[red]{failure.Message}[/]");
            return 2;
        }
    }

    private static IReadOnlyList<DispatchFigures> Progress(IAnsiConsole console, DispatchExperiment experiment, CancellationToken cancellation) =>
        console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("simulating", maxValue: experiment.Runs);
                return experiment.Run(
                    name =>
                    {
                        task.Description = name;
                        task.Increment(1);
                    },
                    cancellation);
            });
}
