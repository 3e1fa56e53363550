using GenAI.Contracts;

namespace GenAI.Gateway.Routing.Sticky;

/// <summary>By what a client is bound to an instance.</summary>
internal enum StickyBy
{
    /// <summary><see cref="Key"/> for models that speak ComfyUI, whose servers keep their clients' settings and files; else <see cref="None"/>.</summary>
    Auto,

    /// <summary>Not at all: each request goes where the least is under way.</summary>
    None,

    Address,

    /// <summary>The API key; the address where keys are not asked for.</summary>
    Key,

    /// <summary>The header <see cref="StickyOptions.Header"/>; a request without it goes as with <see cref="Auto"/>.</summary>
    Header,
}

/// <summary>Which passed-through requests stay with one instance; configuration section <c>GenAI:Gateway:Sticky</c>.</summary>
internal sealed class StickyOptions
{
    public const string Section = "GenAI:Gateway:Sticky";

    /// <summary>For all models that <see cref="Models"/> does not name.</summary>
    public StickyBy By { get; set; } = StickyBy.Auto;

    /// <summary>For single models, by their name.</summary>
    public Dictionary<string, StickyBy> Models { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The header's name, for <see cref="StickyBy.Header"/>.</summary>
    public string Header { get; set; } = "X-Session-Id";

    /// <summary>How many times the average of its peers an instance may have under way before bound clients go elsewhere; at least 1.</summary>
    public double LoadFactor { get; set; } = 1.25;

    /// <summary>Requests that an instance may always have under way, whatever the average is: a client's few parallel requests stay together.</summary>
    public int LoadFloor { get; set; } = 8;

    /// <summary>By what the model's clients are bound: not <see cref="StickyBy.Auto"/>.</summary>
    public StickyBy Of(string model, ModelDialect dialect) => Models.GetValueOrDefault(model, By) is not StickyBy.Auto and var said ? said : OfDialect(dialect);

    public static StickyBy OfDialect(ModelDialect dialect) => dialect == ModelDialect.ComfyUI ? StickyBy.Key : StickyBy.None;
}
