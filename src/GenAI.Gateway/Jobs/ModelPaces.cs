using System.Collections.Concurrent;

namespace GenAI.Gateway.Jobs;

/// <summary>How fast each model goes, as dispatch has last seen it: written by its loop, read by everyone.</summary>
internal sealed class ModelPaces
{
    private readonly ConcurrentDictionary<string, ModelPace> _paces = new(StringComparer.Ordinal);

    public ModelPace this[string model]
    {
        get => _paces.GetValueOrDefault(model, ModelPace.Unknown);
        set => _paces[model] = value;
    }

    public IEnumerable<(string Model, InstancePace Instance)> Instances => _paces.SelectMany(pace => pace.Value.Instances, (pace, instance) => (pace.Key, instance));
}
