using System.Collections.Frozen;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>The node classes that this server has, by name.</summary>
internal sealed class NodeCatalog(IEnumerable<INode> nodes)
{
    private readonly FrozenDictionary<string, INode> _byName = nodes.ToFrozenDictionary(node => node.Schema.Name, StringComparer.Ordinal);

    public IEnumerable<INode> All => _byName.Values.OrderBy(node => node.Schema.Name, StringComparer.Ordinal);

    public INode? Find(string name) => _byName.GetValueOrDefault(name);
}
