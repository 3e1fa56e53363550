using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using GenAI.Contracts.Access;
using Spectre.Console;

namespace GenAI.Cli.Output;

/// <summary>How answers are shown: JSON for programs, tables for people.</summary>
internal static class Answers
{
    // On a terminal or in a file, never in a web page.
    private static readonly JsonSerializerOptions Indented = new(AccessJson.Options)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void WriteJson<T>(CommandHost host, T answer) => host.Output.WriteLine(JsonSerializer.Serialize(answer, Indented));

    /// <summary>The key alone on standard output, so that it can be put into a variable or a file; what there is to know on standard error.</summary>
    public static void WriteIssued(CommandHost host, IssuedKey issued, string remark)
    {
        host.Error.WriteLine($"{remark} Keep it now: it is not shown again.");
        host.Output.WriteLine(issued.Key);
    }

    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns) table.AddColumn(new TableColumn(column).NoWrap());
        return table;
    }

    public static Table RightAligned(this Table table, params ReadOnlySpan<int> columns)
    {
        foreach (var column in columns) table.Columns[column].Alignment = Justify.Right;
        return table;
    }

    /// <summary>A name may hold what would be markup, or what would move the cursor.</summary>
    public static void AddTextRow(this Table table, params IEnumerable<string> cells) =>
        table.AddRow([.. cells.Select(cell => new Text(new string([.. cell.Where(c => !char.IsControl(c))])))]);

    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "-";

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
