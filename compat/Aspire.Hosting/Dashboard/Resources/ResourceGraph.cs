namespace Aspire.Hosting.Dashboard.Resources;

/// <summary>A line from what needs something to what it needs.</summary>
/// <param name="IsWait">The start waits for it; otherwise it is only told where the other is.</param>
internal sealed record GraphEdge(string From, string To, bool IsWait);

/// <summary>Where each resource lies: a column further right than everything it needs, and a row in that column.</summary>
internal sealed record GraphLayout(IReadOnlyDictionary<string, (int Column, int Row)> Places, int Columns, int Rows);

/// <summary>Lays resources out in columns, so that every line but those of a circle leads to the left.</summary>
internal static class GraphPlanner
{
    // Enough for lines to find short ways; more rounds change nothing that is seen.
    private const int SortingRounds = 4;

    public static GraphLayout Plan(IReadOnlyList<string> names, IReadOnlyCollection<GraphEdge> edges)
    {
        var needs = edges.Where(edge => edge.From != edge.To).ToLookup(edge => edge.From, edge => edge.To, StringComparer.OrdinalIgnoreCase);
        var neighbours = edges.SelectMany(edge => new[] { (edge.From, edge.To), (edge.To, edge.From) })
            .ToLookup(pair => pair.Item1, pair => pair.Item2, StringComparer.OrdinalIgnoreCase);
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
            ColumnOf(name, needs, columns, new HashSet<string>(StringComparer.OrdinalIgnoreCase));

        var byColumn = names.GroupBy(name => columns[name]).OrderBy(group => group.Key).Select(group => group.ToList()).ToArray();
        var rows = byColumn.SelectMany(column => column.Select((name, row) => (name, row)))
            .ToDictionary(entry => entry.name, entry => (double)entry.row, StringComparer.OrdinalIgnoreCase);
        for (var round = 0; round < SortingRounds; round++)
        {
            foreach (var column in byColumn)
            {
                column.Sort((a, b) => Centre(a).CompareTo(Centre(b)));
                foreach (var (row, name) in column.Index())
                    rows[name] = row;
            }
        }

        return new GraphLayout(
            names.ToDictionary(name => name, name => (columns[name], (int)rows[name]), StringComparer.OrdinalIgnoreCase),
            byColumn.Length,
            byColumn.Max(column => column.Count));

        // The mean row of those it is linked to; its own when it is alone, so that the order stays.
        double Centre(string name) => neighbours[name].Where(rows.ContainsKey).Select(other => rows[other]).DefaultIfEmpty(rows[name]).Average() + (rows[name] / 1000);
    }

    private static int ColumnOf(string name, ILookup<string, string> needs, Dictionary<string, int> columns, HashSet<string> onTheWay)
    {
        if (columns.TryGetValue(name, out var known))
            return known;
        // A circle is cut where it is closed.
        if (!onTheWay.Add(name))
            return -1;
        var column = needs[name].Select(other => ColumnOf(other, needs, columns, onTheWay) + 1).DefaultIfEmpty(0).Max();
        onTheWay.Remove(name);
        return columns[name] = column;
    }
}
