using GenAI.Gateway.Images;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>A valid body of <c>POST /v1/images/generations</c>, <c>edits</c> or <c>variations</c>.</summary>
internal sealed record ImageRequest
{
    public required string Prompt { get; init; }

    /// <summary>Null: the default one.</summary>
    public string? Model { get; init; }

    public int Count { get; init; } = 1;

    /// <summary>Null: <c>auto</c>.</summary>
    public ImageSize? Size { get; init; }

    public ImageQuality Quality { get; init; }

    /// <summary>Answer with addresses instead of the images themselves; null: it does not say.</summary>
    public bool? AsUrl { get; init; }

    public bool Vivid { get; init; }

    /// <summary>An extension of ours; null: drawn.</summary>
    public long? Seed { get; init; }

    /// <summary>Who it is for, in the caller's words; it goes into the trace.</summary>
    public string? User { get; init; }

    /// <summary>png, jpeg or webp.</summary>
    public string Format { get; init; } = "png";

    /// <summary>Answer with events.</summary>
    public bool Stream { get; init; }

    /// <summary>How many pictures of an unfinished image are wanted, at most.</summary>
    public int PartialImages { get; init; }

    /// <summary>What the image is made of; null: of the text alone.</summary>
    public Picture? Picture { get; init; }

    /// <summary>Says by its transparency what may change.</summary>
    public Picture? Mask { get; init; }

    /// <summary>0 to 1: how much of the picture is made anew.</summary>
    public double Strength { get; init; } = 1;
}
