namespace GenAI.ModelServer;

/// <summary>What one request may ask for. A request beyond a limit is refused with the limit in the message.</summary>
internal sealed class LimitOptions
{
    /// <summary>Bytes of a request that carries files.</summary>
    public long UploadBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes of a request that carries JSON.</summary>
    public long JsonBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Nodes of one workflow.</summary>
    public int Nodes { get; set; } = 1000;

    /// <summary>Characters of one text input.</summary>
    public int TextLength { get; set; } = 32_000;

    /// <summary>Pixels of an image's longer side.</summary>
    public int Side { get; set; } = 2048;

    public int Steps { get; set; } = 150;

    /// <summary>Images of one latent batch.</summary>
    public int Batch { get; set; } = 16;

    /// <summary>Width × height × steps × images, summed over one job: what the embedded engine computes in some minutes.</summary>
    public long PixelSteps { get; set; } = 640_000_000;
}
