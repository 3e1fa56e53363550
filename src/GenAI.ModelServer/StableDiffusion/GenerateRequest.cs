namespace GenAI.ModelServer.StableDiffusion;

/// <summary>The body of <c>POST /generate</c>, checked and with its defaults filled in. Members on the wire are in snake_case.</summary>
public sealed record GenerateRequest
{
    public required string Prompt { get; init; }

    public string NegativePrompt { get; init; } = "";

    public int Width { get; init; } = 1024;

    public int Height { get; init; } = 1024;

    public int NumInferenceSteps { get; init; } = 28;

    public double GuidanceScale { get; init; } = 4.5;

    /// <summary>Null for a random one. Image i of several is made with seed + i.</summary>
    public ulong? Seed { get; init; }

    public int NumImagesPerPrompt { get; init; } = 1;

    /// <summary><c>png</c> is the only format.</summary>
    public string OutputFormat { get; init; } = "png";
}
