using System.Collections.Immutable;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>A MODEL.</summary>
/// <param name="Checkpoint">The file that must be in memory to sample with it.</param>
/// <param name="SigmaScale">By how much its noise levels are raised (ModelSamplingFlux).</param>
internal sealed record ModelValue(string Checkpoint, double SigmaScale = 1);

/// <summary>A CLIP: text encoders.</summary>
/// <param name="Files">Where they come from.</param>
/// <param name="Styles">Words that LoRAs add to every prompt encoded with it.</param>
internal sealed record ClipValue(ImmutableArray<string> Files, ImmutableArray<string> Styles)
{
    public Conditioning Encode(string text, double? guidance = null) => new(string.Join(' ', [text, .. Styles]), guidance);
}

/// <summary>A VAE. The embedded engine has one codec for all.</summary>
internal sealed record VaeValue(string File);

/// <summary>An IMAGE: pictures of one size.</summary>
internal sealed record ImageBatch(ImmutableArray<Picture> Pictures);

/// <summary>A MASK: 255 where the picture is transparent, as ComfyUI inverts alpha.</summary>
internal sealed record MaskValue(int Width, int Height, byte[] Values)
{
    /// <summary>ComfyUI gives a picture without alpha a mask of this size, all zero.</summary>
    private const int NoMaskSide = 64;

    public static MaskValue OfAlpha(DecodedPng decoded) => decoded.Alpha is { } alpha
        ? new MaskValue(decoded.Picture.Width, decoded.Picture.Height, [.. alpha.Select(opacity => (byte)(byte.MaxValue - opacity))])
        : new MaskValue(NoMaskSide, NoMaskSide, new byte[NoMaskSide * NoMaskSide]);
}

/// <summary>NOISE.</summary>
internal sealed record NoiseValue(ulong Seed);

/// <summary>A GUIDER without a negative side.</summary>
internal sealed record GuiderValue(ModelValue Model, Conditioning Positive);

/// <summary>A SAMPLER.</summary>
internal sealed record SamplerValue(string Name);

/// <summary>SIGMAS: descending noise levels.</summary>
internal sealed record SigmasValue(double[] Levels);
