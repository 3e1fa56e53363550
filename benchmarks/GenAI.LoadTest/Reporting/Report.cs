using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace GenAI.LoadTest.Reporting;

/// <summary>The figures of a command: rows, and bars with whether they are met; as tables, or as JSON alone on standard output.</summary>
internal sealed class Report(string title, params string[] columns)
{
    private readonly List<(string Name, double[] Values)> _rows = [];
    private readonly List<Bar> _bars = [];

    public void Add(string name, params double[] values) => _rows.Add((name, values));

    public void Add(Bar bar) => _bars.Add(bar);

    public void Write(bool json)
    {
        if (json) Console.Out.WriteLine(Json());
        else Tables(AnsiConsole.Console);
    }

    private void Tables(IAnsiConsole console)
    {
        var figures = new Table { Title = new TableTitle(Markup.Escape(title)), Border = TableBorder.Simple };
        figures.AddColumn("");
        foreach (var column in columns) figures.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        foreach (var (name, values) in _rows) figures.AddRow([Markup.Escape(name), .. values.Select(Text)]);
        console.Write(figures);

        var bars = new Table { Border = TableBorder.Simple };
        bars.AddColumn("bar");
        foreach (var column in new[] { "found", "asked", "" }) bars.AddColumn(new TableColumn(column).RightAligned());
        foreach (var bar in _bars)
            bars.AddRow(Markup.Escape(bar.Name), Text(bar.Value), $"{(bar.AtLeast ? "at least" : "at most")} {Text(bar.Limit)}", bar.IsMet ? "[green]met[/]" : "[red]missed[/]");
        if (_bars.Count > 0) console.Write(bars);
        console.WriteLine($"{Environment.ProcessorCount} cores, load average {LoadAverage()}");
    }

    private string Json() => JsonSerializer.Serialize(new
    {
        title,
        rows = _rows.Select(row => new Dictionary<string, object>([new("name", row.Name), .. columns.Zip(row.Values).Select(cell => KeyValuePair.Create(cell.First, (object)Math.Round(cell.Second, 4)))])),
        bars = _bars.Select(bar => new { name = bar.Name, found = Math.Round(bar.Value, 4), asked = bar.Limit, at_least = bar.AtLeast, met = bar.IsMet }),
        load_average = LoadAverage(),
    });

    private static string Text(double value) => value switch
    {
        double.NaN => "",
        < 10 and > -10 => value.ToString("0.000", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };

    /// <summary>Says how busy the machine was with other things.</summary>
    private static string LoadAverage() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";
}
