namespace GenAI.ModelServer.Imaging;

/// <summary>
/// What the sampler works on: a batch of images as three planes each, lightness first, then two opponent-colour planes
/// (<see cref="LatentCodec"/>). There is no spatial compression: width and height are those of the picture.
/// </summary>
internal sealed class Latent
{
    public const int Planes = 3;

    public Latent(int width, int height, IReadOnlyList<float[]> images)
    {
        var samples = SampleCount(width, height);
        if (images.FirstOrDefault(image => image.Length != samples) is { } wrong)
            throw new ArgumentException($"A {width}×{height} image needs {samples} samples; got {wrong.Length}.", nameof(images));

        Width = width;
        Height = height;
        Images = images;
    }

    public int Width { get; }

    public int Height { get; }

    public IReadOnlyList<float[]> Images { get; }

    /// <summary>For each pixel, of every image, how far it is to be made anew: 1 wholly, 0 not at all. Null: all of it.</summary>
    public float[]? NoiseMask { get; init; }

    /// <summary>Mid-grey images: the start of text-to-image, to which the sampler adds noise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side, the batch or the pixels of the batch are beyond <see cref="ImagingLimits"/>.</exception>
    public static Latent Empty(int width, int height, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, ImagingLimits.MaxBatch);
        var samples = SampleCount(width, height);
        if ((long)width * height * batch > ImagingLimits.MaxBatchPixels)
            throw new ArgumentOutOfRangeException(nameof(batch), batch, $"At {width}×{height} the batch would exceed {ImagingLimits.MaxBatchPixels} pixels.");
        return new Latent(width, height, [.. Enumerable.Range(0, batch).Select(_ => new float[samples])]);
    }

    private static int SampleCount(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, ImagingLimits.MaxSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, ImagingLimits.MaxSide);
        return Planes * width * height;
    }
}
