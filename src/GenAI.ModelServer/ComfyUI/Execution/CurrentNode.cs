namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>The node that runs now, and for whom: a client that reconnects is told again.</summary>
internal sealed class CurrentNode
{
    private volatile Entry? _entry;

    public void Set(string? clientId, string promptId, string node) => _entry = new Entry(clientId, promptId, node);

    public void Clear() => _entry = null;

    public (string PromptId, string Node)? For(string clientId) =>
        _entry is { } entry && entry.ClientId == clientId ? (entry.PromptId, entry.Node) : null;

    private sealed record Entry(string? ClientId, string PromptId, string Node);
}
