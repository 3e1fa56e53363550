namespace GenAI.Gateway.OpenAI.Images;

/// <summary>A valid body of <c>POST /v1/images/generations</c>.</summary>
internal sealed record ImageRequest
{
    public required string Prompt { get; init; }

    /// <summary>Null: the default one.</summary>
    public string? Model { get; init; }

    public int Count { get; init; } = 1;

    /// <summary>Null: <c>auto</c>.</summary>
    public ImageSize? Size { get; init; }

    public ImageQuality Quality { get; init; }

    /// <summary>Answer with addresses instead of the images themselves.</summary>
    public bool AsUrl { get; init; }

    public bool Vivid { get; init; }

    /// <summary>An extension of ours; null: drawn.</summary>
    public long? Seed { get; init; }

    /// <summary>Who it is for, in the caller's words; it goes into the trace.</summary>
    public string? User { get; init; }
}
