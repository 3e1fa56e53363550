using GenAI.Gateway.Access;
using GenAI.Gateway.Routing.Tracks;

namespace GenAI.Gateway.Jobs;

/// <summary>What an API hands to the <see cref="JobDesk"/>: one job for one instance, with every choice made.</summary>
internal sealed record JobSubmission
{
    /// <summary>A canonical lower-case UUID; null lets the desk draw one.</summary>
    public string? Id { get; init; }

    /// <summary>The model's name, of which there is a <see cref="Routing.FleetModel"/>.</summary>
    public required string Model { get; init; }

    public required JobSource Source { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>
    /// UTF-8 JSON in the dialect of the model's instances. ComfyUI: <c>{"prompt":{…},"extra_data":{…},"partial_execution_targets":[…]}</c>
    /// as POST /prompt takes it; Stable Diffusion: the body of POST /generate.
    /// </summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    public required JobDemand Demand { get; init; }

    /// <summary>The ComfyUI client that is to hear of the job's execution.</summary>
    public string? ClientId { get; init; }

    /// <summary>The id of the ComfyUI workflow that it came from, where its client says so.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>Each level is a head start; ComfyUI's <c>front</c> is the highest that a caller may ask for.</summary>
    public int Priority { get; init; }

    /// <summary>The release track to which the request is pinned (<c>canary</c>); null: <see cref="Wish"/> decides.</summary>
    public string? Track { get; init; }

    /// <summary>What the request says of the track that is to serve it; null: nothing, and the caller's share decides.</summary>
    public TrackWish? Wish { get; init; }

    /// <summary>The same key of the same caller names the same job for as long as it is kept: it is answered, not begun again.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Of the request that it is part of; where it differs, a repeated <see cref="IdempotencyKey"/> is not the same request. Null: not compared.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Where the job's end is to be reported.</summary>
    public Uri? Webhook { get; init; }
}
