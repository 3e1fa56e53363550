namespace GenAI.Simulator.Traces;

/// <summary>
/// Requests of a service: any CSV with <c>arrival_s,exec_s</c> and, where known, <c>checkpoint,loras,steps,images,type,tenant,model</c>.
/// </summary>
internal sealed class RequestTrace
{
    private const double SecondsOfDay = 86_400;
    private const double LongestExecution = 7 * SecondsOfDay;

    /// <summary>From a trace's first day to its last request; scaling is replayed every few seconds of it.</summary>
    public const double LongestSeconds = 10_000 * 3600.0;

    private RequestTrace(IReadOnlyList<TraceRow> rows)
    {
        Rows = rows;
        MeanExecution = rows.Average(row => row.Execution);
    }

    /// <summary>In order of arrival.</summary>
    public IReadOnlyList<TraceRow> Rows { get; }

    public double MeanExecution { get; }

    public static RequestTrace Of(IEnumerable<TraceRow> rows) => new([.. rows.OrderBy(row => row.Arrival)]);

    public static RequestTrace Read(string path)
    {
        var table = CsvTable.Read(path);
        table.Require("arrival_s", "exec_s");
        if (table.Count == 0) throw new TraceFormatException($"{path}: no rows; expected at least one request.");
        var arrivals = FromFirstDay(table, "arrival_s");
        return Of(arrivals.Select((arrival, row) => Row(table, row, arrival)));
    }

    /// <summary>
    /// The rows with the midnight before the first of them as origin: a part of a longer trace, and one in seconds since 1970, begins
    /// with its first day, and every row keeps its time of day.
    /// </summary>
    /// <exception cref="TraceFormatException">A row comes more than <see cref="LongestSeconds"/> after that.</exception>
    public static double[] FromFirstDay(CsvTable table, string column)
    {
        var times = Enumerable.Range(0, table.Count).Select(row => table.Number(row, column, 0)).ToArray();
        var origin = Math.Floor(times.DefaultIfEmpty().Min() / SecondsOfDay) * SecondsOfDay;
        var late = Array.FindIndex(times, time => time - origin > LongestSeconds);
        if (late >= 0) throw table.Unexpected(late, column, table.Text(late, column, ""), FormattableString.Invariant($"at most {LongestSeconds} seconds after {origin}, when the trace's first day begins"));
        return [.. times.Select(time => time - origin)];
    }

    private static TraceRow Row(CsvTable table, int row, double arrival) => new(
        arrival,
        table.Number(row, "exec_s", 0, LongestExecution),
        table.Integer(row, "steps", missing: 30, least: 0),
        table.Integer(row, "images", missing: 1, least: 1),
        table.Text(row, "checkpoint", "default"),
        table.Integer(row, "loras", missing: 0, least: 0),
        table.Text(row, "type", ""),
        table.Text(row, "tenant", ""),
        table.Text(row, "model", ""));
}
