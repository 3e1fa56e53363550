using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GenAI.Simulator.Dispatching;
using Spectre.Console;

namespace GenAI.Simulator.Reporting;

/// <summary>The figures of <c>dispatch</c> as a table, JSON or CSV.</summary>
internal static class DispatchReport
{
    public static void Table(IAnsiConsole console, string title, IReadOnlyList<DispatchFigures> figures, DispatchExperiment experiment)
    {
        var table = new Table { Title = new TableTitle(Markup.Escape(title)), Border = TableBorder.Simple };
        table.AddColumn("policy");
        foreach (var column in new[] { "mean s", "p50 s", "p95 s", "p99 s", "loads/request", "passed over s", "busy", "stable" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in figures)
        {
            table.AddRow(
                row.Name, $"{row.Mean:0.0}", $"{row.P50:0.0}", $"{row.P95:0.0}", $"{row.P99:0.0}", $"{row.LoadsPerRequest:0.000}",
                $"{row.MaxPassedOver:0}", $"{row.Utilisation:P0}", row.Stable ? "yes" : "no");
        }

        console.Write(table);
        if (experiment.EstimateErrors.Count > 0)
            console.WriteLine($"genai: median absolute error of its service-time estimates {experiment.EstimateErrors.Average():P1}");
        if (experiment.Fairness.Count == 0) return;
        var fairness = FairnessFigures.MedianOf(experiment.Fairness);
        console.WriteLine(
            $"genai: p95 of the other tenants {fairness.Without:0.0} s without the flooding one, {fairness.Ordinary:0.0} s with its ordinary share, "
            + $"{fairness.Flooded:0.0} s with the flood ({fairness.Flooded / fairness.Without - 1:+0.0 %;-0.0 %} against without)");
        console.WriteLine(
            $"genai: the flooding tenant had {fairness.FlooderShare:0.0 %} of the fleet while requests came; its p95 is {fairness.Flooder:0.0} s");
    }

    public static string Json(IReadOnlyList<DispatchFigures> figures) => JsonSerializer.Serialize(new Document(
        [.. figures.Select(row => new Row(
            row.Name, Round(row.Mean), Round(row.P50), Round(row.P95), Round(row.P99), Round(row.LoadsPerRequest), Round(row.MaxPassedOver), row.Stable))]));

    public static string Csv(IReadOnlyList<DispatchFigures> figures)
    {
        var text = new StringBuilder("name,mean_s,p50_s,p95_s,p99_s,loads_per_request,max_passed_over_s,stable\n");
        foreach (var row in figures)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{row.Name},{row.Mean:0.###},{row.P50:0.###},{row.P95:0.###},{row.P99:0.###},{row.LoadsPerRequest:0.####},{row.MaxPassedOver:0.###},{(row.Stable ? "true" : "false")}\n");
        }

        return text.ToString();
    }

    private static double Round(double value) => Math.Round(value, 4);

    private sealed record Document([property: JsonPropertyName("policies")] IReadOnlyList<Row> Policies);

    private sealed record Row(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("mean_s")] double Mean,
        [property: JsonPropertyName("p50_s")] double P50,
        [property: JsonPropertyName("p95_s")] double P95,
        [property: JsonPropertyName("p99_s")] double P99,
        [property: JsonPropertyName("loads_per_request")] double LoadsPerRequest,
        [property: JsonPropertyName("max_passed_over_s")] double MaxPassedOver,
        [property: JsonPropertyName("stable")] bool Stable);
}
