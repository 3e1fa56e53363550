namespace GenAI.ModelServer.Imaging;

/// <summary>What one generation may ask for. The API dialects refuse more before any work starts; the sampler refuses it again.</summary>
internal static class ImagingLimits
{
    public const int MinSide = 16;
    public const int MaxSide = 2048;

    /// <summary>Latent models work in blocks; the dialects round or refuse sides that are not multiples of this.</summary>
    public const int SideMultiple = 16;

    public const int MinSteps = 1;
    public const int MaxSteps = 150;
    public const int MaxBatch = 16;

    /// <summary>Width × height × batch: four pictures of the largest size, 200 MB of planar floats.</summary>
    public const long MaxBatchPixels = 4L * MaxSide * MaxSide;

    public const double MaxCfg = 100;

    /// <summary>Characters of a prompt; the OpenAI Images API allows as many.</summary>
    public const int MaxPromptLength = 32_000;

    /// <summary>Shapes in one scene, after counts are expanded ("twelve stars" is twelve).</summary>
    public const int MaxShapes = 64;
}
