using System.Text.Json.Nodes;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>
/// How far a graph is, 0 to 1. A node that reports steps counts for its steps, any other for half of one, since sampling takes nearly all
/// the time. Before a sampler has spoken, the steps that the job asks for stand for it.
/// </summary>
internal sealed class GraphProgress(JsonObject graph, int expectedSteps)
{
    private const double PlainNode = 0.5;

    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Value, int Max)> _steps = new(StringComparer.Ordinal);
    private string? _current;

    public double Fraction
    {
        get
        {
            var sampled = _steps.Values.Sum(step => (double)step.Max);
            var total = PlainNode * (graph.Count - _steps.Count) + Math.Max(sampled, expectedSteps);
            var done = PlainNode * _done.Count(node => !_steps.ContainsKey(node))
                + _steps.Sum(step => _done.Contains(step.Key) ? step.Value.Max : step.Value.Value);
            return total <= 0 ? 0 : Math.Clamp(done / total, 0, 1);
        }
    }

    /// <summary>The node begins; the one before it is done.</summary>
    public void Executing(string node)
    {
        if (_current is not null && _current != node) _done.Add(_current);
        _current = node;
    }

    public void Cached(string node) => _done.Add(node);

    public void Stepped(string node, int value, int max) => _steps[node] = (Math.Clamp(value, 0, Math.Max(max, 0)), Math.Max(max, 0));
}
