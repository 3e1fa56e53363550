using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using GenAI.Contracts.Models;

namespace GenAI.Gateway.Routing;

/// <summary>
/// The ports that are rooted at a model: what arrives on one is the same request on the main port under <c>/models/{name}</c>.
/// On such a port <c>/health</c> and everything else is the model's own.
/// </summary>
internal sealed class ModelPorts(ModelCatalog catalog)
{
    private readonly FrozenDictionary<int, PathString> _roots = catalog.Models
        .Where(model => model.Port is not null)
        .ToFrozenDictionary(model => model.Port!.Value, model => new PathString($"{ModelPaths.Prefix}/{model.Name}"));

    public IEnumerable<int> Ports => _roots.Keys;

    public bool TryGetRoot(int port, [NotNullWhen(true)] out PathString? root)
    {
        var found = _roots.TryGetValue(port, out var value);
        root = found ? value : null;
        return found;
    }
}
