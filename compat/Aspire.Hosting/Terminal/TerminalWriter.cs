using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Terminal;

/// <summary>Writes lines with the name of whose they are in front: <c>gateway      | Now listening on: http://localhost:8080</c>.</summary>
internal sealed class TerminalWriter(TextWriter output, bool colours, DistributedApplicationModel model)
{
    public const string AppHostName = "apphost";

    private readonly Lock _lock = new();
    private Dictionary<string, (string Label, string Colour)> _labels = [];
    private int _width;

    /// <summary>A line of a resource, by its name or an instance's id.</summary>
    public void Write(string resourceId, string line, string? colour = null)
    {
        lock (_lock)
        {
            var (label, labelColour) = LabelOf(resourceId);
            output.WriteLine(colours
                ? $"{labelColour}{label.PadRight(_width)} |{TerminalColours.Reset} {colour}{line}{(colour is null ? "" : TerminalColours.Reset)}"
                : $"{label.PadRight(_width)} | {line}");
            output.Flush();
        }
    }

    public void WriteAppHost(string text, string? colour = null)
    {
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
            Write(AppHostName, line, colour);
    }

    private (string Label, string Colour) LabelOf(string resourceId)
    {
        if (_labels.TryGetValue(resourceId, out var known))
            return known;

        // The first line of all, or the first of an instance: ids are given when the application starts.
        _labels = LabelsOf(model);
        _width = _labels.Values.Max(value => value.Label.Length);
        return _labels.GetValueOrDefault(resourceId, (resourceId, TerminalColours.Dim));
    }

    /// <summary>A resource is shown by its name, its replicas as <c>name/1</c>, <c>name/2</c>, …</summary>
    private static Dictionary<string, (string Label, string Colour)> LabelsOf(DistributedApplicationModel model)
    {
        var labels = new Dictionary<string, (string, string)>(ResourceNames.Comparer) { [AppHostName] = (AppHostName, TerminalColours.Dim) };
        foreach (var (index, resource) in model.Resources.Index())
        {
            var colour = TerminalColours.OfResource(index);
            labels[resource.Name] = (resource.Name, colour);
            var ids = resource.GetResolvedResourceNames();
            foreach (var (replica, id) in ids.Index())
                labels[id] = (ids.Length == 1 ? resource.Name : $"{resource.Name}/{replica + 1}", colour);
        }

        return labels;
    }
}
