using System.Globalization;

namespace GenAI.Simulator.Traces;

/// <summary>A comma-separated file with a header: cells by column name, errors with the line they are on.</summary>
internal sealed class CsvTable
{
    private const long MaxBytes = 1L << 30;
    private readonly string _path;
    private readonly Dictionary<string, int> _columns;
    private readonly List<(int Line, string[] Cells)> _rows = [];

    private CsvTable(string path, string header)
    {
        _path = path;
        _columns = header.Split(',').Select((name, at) => (Name: name.Trim(), at))
            .GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(same => same.Key, same => same.First().at, StringComparer.OrdinalIgnoreCase);
    }

    public int Count => _rows.Count;

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
            var cells = text.Split(',');
            if (cells.Length != table._columns.Count)
                throw new TraceFormatException(path, line, "the number of cells", $"{cells.Length}", $"{table._columns.Count}, as in the header");
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

    public double Number(int row, string column, double least)
    {
        var text = _rows[row].Cells[_columns[column]].Trim();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= least)
            return value;

        throw new TraceFormatException(_path, _rows[row].Line, column, text, $"a number of at least {least.ToString(CultureInfo.InvariantCulture)}");
    }

    public int Integer(int row, string column, int missing, int least)
    {
        if (!_columns.TryGetValue(column, out var at)) return missing;
        var text = _rows[row].Cells[at].Trim();
        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least) return value;

        throw new TraceFormatException(_path, _rows[row].Line, column, text, $"a whole number of at least {least}");
    }
}
