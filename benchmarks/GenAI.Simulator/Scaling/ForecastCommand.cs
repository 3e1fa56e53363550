using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GenAI.Simulator.Traces;
using Spectre.Console;

namespace GenAI.Simulator.Scaling;

/// <summary><c>forecast</c>: how well arrivals are foreseen at the cold-start horizon, against the naive forecasts.</summary>
internal static class ForecastCommand
{
    private static readonly Option<string> Trace = new("--trace") { Description = "arrival_s,exec_s or t_s,requests_per_second", Required = true };
    private static readonly Option<double> Horizon = new("--horizon") { Description = "seconds ahead", DefaultValueFactory = _ => 120 };
    private static readonly Option<int> Seeds = new("--seeds") { Description = "runs, of which the median counts", DefaultValueFactory = _ => 5 };
    private static readonly Option<string?> Csv = new("--csv") { Description = "also write what was foreseen and what came, on the first seed, to this CSV file" };
    private static readonly Option<string?> Plot = new("--plot") { Description = "also draw it, with the band, into this SVG file" };
    private static readonly Option<bool> Json = new("--json") { Description = "only JSON on standard output" };

    public static Command Create()
    {
        var command = new Command("forecast", """
            Mean absolute scaled errors of the forecaster, of the last value and of the same time one season ago. Below 1: better than
            taking the last minute for the next.

              forecast --trace qps.csv --horizon 120
              forecast --trace requests.csv --horizon 600 --plot forecast.svg --csv forecast.csv
            """)
        {
            Trace, Horizon, Seeds, Json, Csv, Plot,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        try
        {
            var horizon = parsed.GetValue(Horizon);
            if (horizon is not (>= 15 and <= 1800)) throw new TraceFormatException(FormattableString.Invariant($"--horizon is {horizon}; expected 15 to 1800."));
            var seeds = parsed.GetValue(Seeds);
            if (seeds is not (>= 1 and <= 1000)) throw new TraceFormatException($"--seeds is {seeds}; expected 1 to 1000.");
            var workload = ScaleWorkload.Read(parsed.GetValue(Trace)!, null);
            var figures = ForecastContest.Run(workload, TimeSpan.FromSeconds(horizon), seeds);
            if (parsed.GetValue(Json)) Console.Out.WriteLine(JsonSerializer.Serialize(new { forecasts = figures.Select(row => new { name = row.Name, mase = row.Mase }) }));
            else Table(figures);
            Write(workload, TimeSpan.FromSeconds(horizon), parsed.GetValue(Csv), parsed.GetValue(Plot));
            return 0;
        }
        catch (Exception mistake) when (mistake is TraceFormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(mistake.Message);
            return 2;
        }
    }

    private static void Write(ScaleWorkload workload, TimeSpan horizon, string? csv, string? plot)
    {
        if (csv is null && plot is null) return;
        var points = ForecastContest.Curve(workload, horizon);
        if (points.Count == 0) throw new TraceFormatException("the trace is too short for a forecast to come due; nothing to write to --csv or --plot.");
        if (csv is not null)
        {
            File.WriteAllLines(csv, points.Select(point => FormattableString.Invariant($"{point.At},{point.Actual},{point.Forecast},{point.Lower},{point.Upper}"))
                .Prepend("t_s,actual,forecast,lower,upper"));
        }

        if (plot is not null) File.WriteAllText(plot, ForecastChart.Svg(points, horizon));
    }

    private static void Table(IReadOnlyList<ForecastFigures> figures)
    {
        var table = new Table().AddColumn("forecast").AddColumn(new TableColumn("MASE").RightAligned());
        foreach (var row in figures) table.AddRow(row.Name, row.Mase.ToString("0.0000", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
    }
}
