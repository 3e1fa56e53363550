using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace GenAI.Simulator.Scaling;

/// <summary>The contest's result as a table, as JSON, as CSV.</summary>
internal static class ScaleReport
{
    public static void Table(IReadOnlyList<ScaleFigures> figures)
    {
        var several = figures.Any(row => row.Model is not null);
        var table = new Table().AddColumn("policy");
        if (several) table.AddColumn("model");
        foreach (var column in new[] { "GPU-hours", "within SLO", "p95 wait s", "actions" }) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in figures)
        {
            string[] names = several ? [row.Model is null ? row.Name : "", Markup.Escape(row.Model ?? "all")] : [row.Name];
            table.AddRow([.. names, Text($"{row.GpuHours:0.0}"), Text($"{row.SloShare:0.00%}"), Text($"{row.P95Wait:0.0}"), Text($"{row.Actions:0}")]);
        }

        AnsiConsole.Write(table);
    }

    public static string Json(IReadOnlyList<ScaleFigures> figures) => JsonSerializer.Serialize(new
    {
        policies = figures.Where(row => row.Model is null).Select(row => new
        {
            name = row.Name, gpu_hours = row.GpuHours, slo_share = row.SloShare, p95_wait_s = row.P95Wait, actions = row.Actions,
        }),
    });

    public static void Csv(IReadOnlyList<ScaleFigures> figures, string path) => File.WriteAllLines(path,
    [
        "name,model,gpu_hours,slo_share,p95_wait_s,actions",
        .. figures.Select(row => Text($"{row.Name},{row.Model},{row.GpuHours},{row.SloShare},{row.P95Wait},{row.Actions}")),
    ]);

    public static void Timeline(IReadOnlyList<ScaleSample> samples, string path) => File.WriteAllLines(path,
    [
        "t_s,desired,ready,starting,running,waiting,late",
        .. samples.Select(at => Text($"{at.At},{at.Desired},{at.Ready},{at.Starting},{at.Running},{at.Waiting},{at.Late}")),
    ]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
