namespace GenAI.ModelServer.Imaging;

/// <summary>What the picture is to show.</summary>
/// <param name="Text">The prompt; empty means unconditional.</param>
/// <param name="Guidance">
/// The distilled guidance of FLUX-like models (the FluxGuidance node), which costs no second evaluation: a higher value
/// leaves the picture less of its own variation. Null: the model's default.
/// </param>
internal sealed record Conditioning(string Text, double? Guidance = null)
{
    public static Conditioning Unconditional { get; } = new("");
}
