using GenAI.Gateway.Images;

namespace GenAI.Gateway.Automatic1111;

/// <summary>A valid body of <c>POST /sdapi/v1/txt2img</c> or <c>img2img</c>; what it leaves out has the web UI's defaults.</summary>
internal sealed record MakeRequest
{
    public required string Prompt { get; init; }

    public required string NegativePrompt { get; init; }

    /// <summary>-1: drawn.</summary>
    public required long Seed { get; init; }

    public required NamedSampler Sampler { get; init; }

    public required NamedScheduler Scheduler { get; init; }

    public required int BatchSize { get; init; }

    public required int Iterations { get; init; }

    public required int Steps { get; init; }

    public required double Guidance { get; init; }

    public required ImageSize Size { get; init; }

    /// <summary>Of <c>override_settings</c>; null: the caller's own choice.</summary>
    public string? Model { get; init; }

    public bool SendImages { get; init; } = true;

    public Picture? Picture { get; init; }

    public Picture? Mask { get; init; }

    public double Strength { get; init; } = 1;

    /// <summary>Whether the picture is cut to the size's shape; else it is stretched.</summary>
    public bool Crop { get; init; }

    public int Count => BatchSize * Iterations;
}
