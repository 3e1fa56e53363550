namespace GenAI.Gateway.Routing.Sticky;

/// <summary>Which passed-through requests stay with one instance; configuration section <c>GenAI:Gateway:Sticky</c>.</summary>
internal sealed class StickyOptions
{
    public const string Section = "GenAI:Gateway:Sticky";

    /// <summary>A <see cref="StickyBy"/>, for all models that <see cref="Models"/> does not name.</summary>
    public string By { get; set; } = nameof(StickyBy.Auto);

    /// <summary>For single models, by their name.</summary>
    public Dictionary<string, string> Models { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The header's name, for <see cref="StickyBy.Header"/>.</summary>
    public string Header { get; set; } = "X-Session-Id";

    /// <summary>How many times the average of its peers an instance may have under way before bound clients go elsewhere; at least 1.</summary>
    public double LoadFactor { get; set; } = 1.25;

    /// <summary>Requests that an instance may always have under way, whatever the average is: a client's few parallel requests stay together.</summary>
    public int LoadFloor { get; set; } = 8;
}
