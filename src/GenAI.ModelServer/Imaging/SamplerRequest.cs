namespace GenAI.ModelServer.Imaging;

/// <summary>One run of the sampler, in the terms of ComfyUI's KSampler node.</summary>
internal sealed record SamplerRequest
{
    /// <summary>An empty latent, or an encoded picture for image-to-image. It is not modified.</summary>
    public required Latent Latent { get; init; }

    public required Conditioning Positive { get; init; }

    /// <summary>Evaluated, at the cost of a second evaluation per step, only where <see cref="Cfg"/> is not 1.</summary>
    public Conditioning Negative { get; init; } = Conditioning.Unconditional;

    /// <summary>Image i of a batch is made with seed + i.</summary>
    public ulong Seed { get; init; }

    public int Steps { get; init; } = 20;

    public double Cfg { get; init; } = 1;

    public string SamplerName { get; init; } = "euler";

    public string SchedulerName { get; init; } = "normal";

    /// <summary>0..1: how much of the noise schedule is run; below 1 the latent's own content shows through.</summary>
    public double Denoise { get; init; } = 1;

    /// <summary>False to continue from a latent that still holds its noise.</summary>
    public bool AddNoise { get; init; } = true;
}

/// <summary>Told after every step.</summary>
/// <param name="Step">Steps done, from 1; a batch counts each image's steps.</param>
/// <param name="TotalSteps">Steps of the whole batch.</param>
/// <param name="Preview">Draws the image as it stands, scaled down to at most 512 a side; valid only during the call.</param>
internal readonly record struct SamplingProgress(int Step, int TotalSteps, Func<Picture> Preview);
