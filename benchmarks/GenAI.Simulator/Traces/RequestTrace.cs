namespace GenAI.Simulator.Traces;

/// <summary>
/// Requests of a service: any CSV with <c>arrival_s,exec_s</c> and, where known, <c>checkpoint,loras,steps,images,type,tenant,model</c>.
/// </summary>
internal sealed class RequestTrace
{
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
        return Of(Enumerable.Range(0, table.Count).Select(row => Row(table, row)));
    }

    private static TraceRow Row(CsvTable table, int row) => new(
        table.Number(row, "arrival_s", 0),
        table.Number(row, "exec_s", 0),
        table.Integer(row, "steps", missing: 30, least: 0),
        table.Integer(row, "images", missing: 1, least: 1),
        table.Text(row, "checkpoint", "default"),
        table.Integer(row, "loras", missing: 0, least: 0),
        table.Text(row, "type", ""),
        table.Text(row, "tenant", ""),
        table.Text(row, "model", ""));
}
