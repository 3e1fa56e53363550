using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Nodes;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>
/// Results of nodes by signature, so that a workflow that differs in its last nodes computes only those. Bounded in bytes;
/// the result used longest ago goes first.
/// </summary>
internal sealed class NodeCache(JobOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _bySignature = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = [];
    private long _bytes;

    public NodeResult? Find(string signature)
    {
        lock (_gate)
        {
            if (!_bySignature.TryGetValue(signature, out var node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.ToResult();
        }
    }

    public void Add(string signature, NodeResult result)
    {
        var entry = new Entry(signature, result.Outputs, result.Ui?.ToJsonString(), Size(result));
        lock (_gate)
        {
            Remove(signature);
            _bySignature[signature] = _byUse.AddFirst(entry);
            _bytes += entry.Bytes;
            while (_bytes > options.NodeCacheBytes && _byUse.Last is { } last) Remove(last.Value.Signature);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _bySignature.Clear();
            _byUse.Clear();
            _bytes = 0;
        }
    }

    private void Remove(string signature)
    {
        if (!_bySignature.Remove(signature, out var node)) return;
        _byUse.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private static long Size(NodeResult result) => 1024 + result.Outputs.Sum(output => output switch
    {
        Latent latent => latent.Images.Sum(image => (long)image.Length * sizeof(float)),
        ImageBatch batch => batch.Pictures.Sum(picture => picture.Rgb.LongLength),
        Conditioning conditioning => conditioning.Text.Length * sizeof(char),
        _ => 0L,
    });

    private sealed record Entry(string Signature, ImmutableArray<object> Outputs, string? Ui, long Bytes)
    {
        public NodeResult ToResult() => new(Outputs, Ui is null ? null : JsonNode.Parse(Ui)!.AsObject());
    }
}
