using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Pages;

internal sealed record SpanRow(Span Span, int Depth);

/// <summary>Spans in the order in which a waterfall shows them.</summary>
internal static class SpanTree
{
    /// <summary>
    /// Each span below its parent, brothers by their start. A span whose parent has not come (yet) stands at the margin; so does one
    /// of a circle, which only a broken sender makes.
    /// </summary>
    public static List<SpanRow> Rows(IReadOnlyCollection<Span> spans)
    {
        var known = spans.Select(span => span.Id).ToHashSet();
        var children = spans.ToLookup(span => span.ParentId);
        var rows = new List<SpanRow>(spans.Count);
        var listed = new HashSet<Span>(ReferenceEqualityComparer.Instance);
        foreach (var root in spans.Where(span => !known.Contains(span.ParentId)).Concat(spans.OrderBy(span => span.Start)))
            AddWithChildren(root);
        return rows;

        // Not by recursion: a trace may be as deep as it has spans.
        void AddWithChildren(Span root)
        {
            var open = new Stack<SpanRow>([new SpanRow(root, 0)]);
            while (open.TryPop(out var row))
            {
                if (!listed.Add(row.Span))
                    continue;
                rows.Add(row);
                foreach (var child in children[row.Span.Id].OrderByDescending(span => span.Start))
                    open.Push(new SpanRow(child, row.Depth + 1));
            }
        }
    }
}
