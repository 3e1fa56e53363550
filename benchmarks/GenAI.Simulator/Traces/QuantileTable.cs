using System.Globalization;

namespace GenAI.Simulator.Traces;

/// <summary>A distribution given by some of its quantiles, straight lines between them; drawn from by inverse transform.</summary>
internal sealed class QuantileTable
{
    private readonly double[] _levels;
    private readonly double[] _values;

    public QuantileTable(IEnumerable<(double Level, double Value)> points)
    {
        var sorted = points.OrderBy(point => point.Level).ToArray();
        if (sorted.Length == 0) throw new TraceFormatException("a distribution needs at least one quantile.");
        _levels = [.. sorted.Select(point => point.Level)];
        _values = [.. sorted.Select(point => point.Value)];
    }

    public static QuantileTable Constant(double value) => new([(0.5, value)]);

    /// <summary>The row of <paramref name="component"/> in a file <c>component,p01,p05,…</c>.</summary>
    public static QuantileTable ReadComponent(string path, string component)
    {
        var table = CsvTable.Read(path);
        table.Require("component");
        var columns = Enumerable.Range(1, 99).Select(percent => (percent, name: $"p{percent:00}")).Where(column => table.Has(column.name)).ToArray();
        if (columns.Length == 0) throw new TraceFormatException($"{path}, line 1: no quantile column; expected some of p01 to p99.");

        for (var row = 0; row < table.Count; row++)
        {
            if (!string.Equals(table.Text(row, "component", ""), component, StringComparison.Ordinal)) continue;
            var at = row;
            var points = columns.Select(column => (column.percent / 100.0, table.Number(at, column.name, 0))).ToArray();
            for (var i = 1; i < points.Length; i++)
            {
                if (points[i].Item2 >= points[i - 1].Item2) continue;
                throw new TraceFormatException(path, row + 2, columns[i].name, points[i].Item2.ToString(CultureInfo.InvariantCulture),
                    $"at least {columns[i - 1].name}, since quantiles do not fall");
            }

            return new QuantileTable(points);
        }

        throw new TraceFormatException($"{path}: no row for component '{component}'.");
    }

    /// <summary>The value at <paramref name="level"/> in 0..1; the outermost quantiles stand for what lies beyond them.</summary>
    public double At(double level)
    {
        var above = Array.FindIndex(_levels, known => known >= level);
        if (above < 0) return _values[^1];
        if (above == 0) return _values[0];
        var part = (level - _levels[above - 1]) / (_levels[above] - _levels[above - 1]);
        return _values[above - 1] + part * (_values[above] - _values[above - 1]);
    }

    public double Mean() => Enumerable.Range(0, 1000).Average(i => At((i + 0.5) / 1000));
}
