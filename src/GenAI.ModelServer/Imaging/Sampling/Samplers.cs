namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>The samplers by ComfyUI's names.</summary>
internal static class Samplers
{
    private static readonly OrderedDictionary<string, ISampler> ByName = Index(
        new EulerSampler(), new EulerAncestralSampler(), new HeunSampler(), new DpmPlusPlus2MSampler(), new DdimSampler());

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static ISampler Find(string name) =>
        ByName.TryGetValue(name, out var sampler)
            ? sampler
            : throw new ArgumentException($"Unknown sampler '{name}'; known: {string.Join(", ", Names)}.", nameof(name));

    private static OrderedDictionary<string, ISampler> Index(params ReadOnlySpan<ISampler> samplers)
    {
        var byName = new OrderedDictionary<string, ISampler>(StringComparer.Ordinal);
        foreach (var sampler in samplers)
            byName.Add(sampler.Name, sampler);
        return byName;
    }
}
