namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>What a client was told of a running job: what it must hear again after it was away, and what it has not heard at the end.</summary>
internal sealed class PromptTrace
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _executed = new(StringComparer.Ordinal);

    /// <summary>The node that runs, or ran last.</summary>
    public string? Node { get; private set; }

    public void Executing(string? node)
    {
        if (node is null) return;
        lock (_gate) Node = node;
    }

    public void Executed(string node)
    {
        lock (_gate) _executed.Add(node);
    }

    public bool HasExecuted(string node)
    {
        lock (_gate) return _executed.Contains(node);
    }
}
