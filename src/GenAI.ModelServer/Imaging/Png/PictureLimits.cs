namespace GenAI.ModelServer.Imaging.Png;

/// <summary>Refused by <see cref="PngReader"/> before anything is allocated for it.</summary>
internal sealed record PictureLimits(int MaxSide, long MaxPixels)
{
    public static PictureLimits Default { get; } = new(4 * ImagingLimits.MaxSide, 4L * ImagingLimits.MaxSide * ImagingLimits.MaxSide);
}
