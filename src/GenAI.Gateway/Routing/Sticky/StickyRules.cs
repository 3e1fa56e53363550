using System.Collections.Frozen;
using GenAI.Contracts;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Sticky;

/// <summary><see cref="StickyOptions"/> as each request asks for them.</summary>
internal sealed class StickyRules(IOptions<StickyOptions> options)
{
    private readonly StickyBy _all = Parse(options.Value.By)!.Value;

    private readonly FrozenDictionary<string, StickyBy> _models = options.Value.Models
        .ToFrozenDictionary(pair => pair.Key, pair => Parse(pair.Value)!.Value, StringComparer.OrdinalIgnoreCase);

    public StickyOptions Options { get; } = options.Value;

    /// <summary>By what the model's clients are bound: not <see cref="StickyBy.Auto"/>.</summary>
    public StickyBy Of(string model, ModelDialect dialect) => _models.GetValueOrDefault(model, _all) is not StickyBy.Auto and var said ? said : OfDialect(dialect);

    public static StickyBy OfDialect(ModelDialect dialect) => dialect == ModelDialect.ComfyUI ? StickyBy.Key : StickyBy.None;

    /// <summary>Null when it is none of them.</summary>
    public static StickyBy? Parse(string? text)
    {
        foreach (var by in Enum.GetValues<StickyBy>())
        {
            if (string.Equals(text, by.ToString(), StringComparison.OrdinalIgnoreCase)) return by;
        }

        return null;
    }
}
