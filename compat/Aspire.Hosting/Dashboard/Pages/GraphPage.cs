using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Resources;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>The resources and what each needs, drawn from left to right in the order in which they can start.</summary>
internal sealed class GraphPage(DistributedApplicationModel model, ResourceBoard board)
{
    private const int NodeWidth = 190;
    private const int NodeHeight = 56;
    private const int ColumnWidth = 270;
    private const int RowHeight = 84;
    private const int Margin = 12;
    private const int LongestName = 24;

    public Page Of()
    {
        var nodes = model.Resources.Select(resource => (Name: resource.Name, Views: board.Of(resource).ToArray())).Where(node => node.Views.Length > 0).ToArray();
        var names = nodes.Select(node => node.Name).ToArray();
        var edges = EdgesOf(names);
        return new Page("Graph", Html.Of($"""
            <div class="toolbar"><h1>Graph</h1><span class="legend"><svg width="34" height="10" aria-hidden="true"><path class="edge wait" d="M0 5H34"/></svg> waits for <svg width="34" height="10" aria-hidden="true"><path class="edge" d="M0 5H34"/></svg> refers to</span></div>
            {(names.Length == 0 ? Html.Of($"<p class=\"empty\">The application has no resources.</p>") : Drawing(nodes, edges, GraphPlanner.Plan(names, edges)))}
            """), Topic.Resources) { Section = "Graph" };
    }

    private List<GraphEdge> EdgesOf(string[] names)
    {
        var edges = new List<GraphEdge>();
        foreach (var resource in model.Resources.Where(resource => names.Contains(resource.Name)))
        {
            var waits = resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Distinct().ToArray();
            var references = resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(relation => relation.Resource.Name).Distinct().Except(waits);
            edges.AddRange(waits.Select(name => new GraphEdge(resource.Name, name, IsWait: true)));
            edges.AddRange(references.Select(name => new GraphEdge(resource.Name, name, IsWait: false)));
        }

        return [.. edges.Where(edge => edge.From != edge.To && names.Contains(edge.To))];
    }

    private static Html Drawing((string Name, ResourceView[] Views)[] nodes, List<GraphEdge> edges, GraphLayout layout)
    {
        var (width, height) = ((layout.Columns * ColumnWidth) - (ColumnWidth - NodeWidth) + (2 * Margin), (layout.Rows * RowHeight) - (RowHeight - NodeHeight) + (2 * Margin));
        return Html.Of($"""
            <div class="scroll"><svg class="graph" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="Resources and what they wait for">
            <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8Z"/></marker></defs>
            {edges.OrderBy(edge => edge.IsWait).Select(edge => Line(edge, layout))}
            {nodes.Select(node => Node(node.Name, node.Views, layout.Places[node.Name]))}
            </svg></div>
            """);
    }

    private static Html Line(GraphEdge edge, GraphLayout layout)
    {
        var (from, to) = (layout.Places[edge.From], layout.Places[edge.To]);
        var (x1, y1) = (X(from.Column), Y(from.Row) + (NodeHeight / 2));
        var (x2, y2) = (X(to.Column) + NodeWidth, Y(to.Row) + (NodeHeight / 2));
        // A line over several columns leaves the rows of what lies between.
        var bend = Math.Max(40, (x1 - x2) / 2);
        return Html.Of($"""<path class="edge{Html.If(edge.IsWait, $" wait")}" d="M{x1} {y1}C{x1 - bend} {y1} {x2 + bend} {y2} {x2} {y2}" marker-end="url(#arrow)"><title>{edge.From} {Html.If(edge.IsWait, $"waits for")}{Html.If(!edge.IsWait, $"refers to")} {edge.To}</title></path>""");
    }

    private static Html Node(string name, ResourceView[] views, (int Column, int Row) place)
    {
        // Of several instances the one that is worst off.
        var view = views.MaxBy(view => view.Mood switch { Mood.Failed => 4, Mood.Warning => 3, Mood.Busy => 2, Mood.Neutral => 1, _ => 0 })!;
        var state = views.Length == 1 ? view.State : $"{view.State} ×{views.Length}";
        return Html.Of($"""
            <a href="/resources/{views[0].Id}" class="node {view.Mood.ToString().ToLowerInvariant()}" data-resource="{name}"><title>{name}: {state}{Html.If(view.Reason is not null, $". {view.Reason}")}</title>
            <rect x="{X(place.Column)}" y="{Y(place.Row)}" width="{NodeWidth}" height="{NodeHeight}" rx="6"/>
            <circle cx="{X(place.Column) + 16}" cy="{Y(place.Row) + 21}" r="5"/>
            <text x="{X(place.Column) + 30}" y="{Y(place.Row) + 26}" class="name">{(name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…")}</text>
            <text x="{X(place.Column) + 30}" y="{Y(place.Row) + 44}" class="faint">{state}</text></a>
            """);
    }

    private static int X(int column) => Margin + (column * ColumnWidth);

    private static int Y(int row) => Margin + (row * RowHeight);
}
