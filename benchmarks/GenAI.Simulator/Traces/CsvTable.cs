using System.Globalization;
using System.Text;

namespace GenAI.Simulator.Traces;

/// <summary>A comma-separated file with a header: cells by column name, errors with the line they are on.</summary>
internal sealed class CsvTable
{
    private const long MaxBytes = 1L << 30;
    private readonly string _path;
    private readonly int _width;
    private readonly Dictionary<string, int> _columns;
    private readonly List<(int Line, string[] Cells)> _rows = [];

    private CsvTable(string path, string header)
    {
        _path = path;
        var names = Cells(path, 1, header);
        _width = names.Length;
        _columns = names.Select((name, at) => (Name: name.Trim(), at))
            .GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(same => same.Key, same => same.First().at, StringComparer.OrdinalIgnoreCase);
    }

    public int Count => _rows.Count;

    public IEnumerable<string> Columns => _columns.Keys;

    public static CsvTable Read(string path)
    {
        if (!File.Exists(path)) throw new TraceFormatException($"{path}: there is no such file.");
        if (new FileInfo(path).Length > MaxBytes) throw new TraceFormatException($"{path}: larger than {MaxBytes >> 20} MiB.");

        using var reader = new StreamReader(path);
        var header = reader.ReadLine() ?? throw new TraceFormatException($"{path}: empty; expected a header line.");
        var table = new CsvTable(path, header);
        var line = 1;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text)) continue;
            var cells = Cells(path, line, text);
            if (cells.Length != table._width)
                throw new TraceFormatException(path, line, "the number of cells", $"{cells.Length}", $"{table._width}, as in the header");
            table._rows.Add((line, cells));
        }

        return table;
    }

    public bool Has(string column) => _columns.ContainsKey(column);

    public void Require(params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            if (!Has(column))
                throw new TraceFormatException(_path, 1, "the header", string.Join(',', _columns.Keys), $"a column '{column}'");
        }
    }

    public string Text(int row, string column, string missing) =>
        _columns.TryGetValue(column, out var at) ? _rows[row].Cells[at].Trim() : missing;

    public double Number(int row, string column, double least, double most = double.MaxValue)
    {
        var text = _rows[row].Cells[_columns[column]].Trim();
        if (TryNumber(text, out var value) && value >= least && value <= most) return value;

        throw Unexpected(row, column, text, most < double.MaxValue ? FormattableString.Invariant($"a number from {least} to {most}") : FormattableString.Invariant($"a number of at least {least}"));
    }

    /// <summary>A whole number, which may be written as one with decimals; <paramref name="missing"/> where there is no such column or the cell is empty.</summary>
    public int Integer(int row, string column, int missing, int least)
    {
        if (Text(row, column, "") is not { Length: > 0 } text) return missing;
        if (TryNumber(text, out var value) && value >= least && value <= int.MaxValue && value == Math.Floor(value)) return (int)value;

        throw Unexpected(row, column, text, $"a whole number of at least {least}");
    }

    /// <summary>What is wrong with the cell of a row.</summary>
    public TraceFormatException Unexpected(int row, string column, string text, string expected) => new(_path, _rows[row].Line, column, text, expected);

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>A line's cells; one in quotation marks may hold commas and, doubled, quotation marks (RFC 4180), but no line break.</summary>
    private static string[] Cells(string path, int line, string text)
    {
        if (!text.Contains('"')) return text.Split(',');

        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
            else if (text[i] == '"') quoted = !quoted;
            else if (text[i] == ',' && !quoted) Next();
            else cell.Append(text[i]);
        }

        if (quoted) throw new TraceFormatException(path, line, "the line", text, "each quotation mark to be closed on the same line");
        Next();
        return [.. cells];

        void Next()
        {
            cells.Add(cell.ToString());
            cell.Clear();
        }
    }
}
