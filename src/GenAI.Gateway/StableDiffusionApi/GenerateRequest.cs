using GenAI.Gateway.Images;

namespace GenAI.Gateway.StableDiffusionApi;

/// <summary>A valid body of <c>POST /generate</c>, with its defaults filled in.</summary>
internal sealed record GenerateRequest
{
    public required string Prompt { get; init; }

    public required string NegativePrompt { get; init; }

    public required ImageSize Size { get; init; }

    public required int Steps { get; init; }

    public required double Guidance { get; init; }

    /// <summary>Null: drawn. Image i of several has seed + i.</summary>
    public long? Seed { get; init; }

    public required int Count { get; init; }

    /// <summary>png, jpeg or webp.</summary>
    public required string Format { get; init; }

    /// <summary>Answer with events, as <c>Accept: text/event-stream</c> asks too.</summary>
    public bool Stream { get; init; }
}
