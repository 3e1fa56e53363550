using GenAI.Gateway.Access;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Images;

/// <summary>What an API wants made for one request: images of one model, each a job of its own, so that several instances can make them.</summary>
internal sealed record ImageOrder
{
    public required Caller Caller { get; init; }

    public required ImageModel Model { get; init; }

    public required JobSource Source { get; init; }

    /// <summary>One for each image, in the order in which they are answered.</summary>
    public required IReadOnlyList<ImageWork> Works { get; init; }

    public OrderTerms Terms { get; init; } = OrderTerms.None;
}
