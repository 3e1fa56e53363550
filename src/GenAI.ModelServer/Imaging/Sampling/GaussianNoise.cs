using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>
/// A reproducible stream of normally distributed samples: <see cref="SplitMix"/> gives the bits, the Box-Muller transform
/// the distribution.
/// </summary>
internal sealed class GaussianNoise(ulong seed)
{
    private const int Pairs = 1024;
    private const int UniformBits = 24;

    private readonly float[] _radius = new float[Pairs];
    private readonly float[] _angle = new float[Pairs];
    private readonly float[] _sine = new float[Pairs];
    private SplitMix _bits = new(seed);

    /// <summary>Adds noise of standard deviation <paramref name="sigma"/>.</summary>
    public void AddTo(Span<float> samples, double sigma)
    {
        for (var start = 0; start < samples.Length; start += 2 * Pairs)
        {
            FillPairs();
            var rest = samples[start..];
            var cosines = rest[..Math.Min(Pairs, rest.Length)];
            TensorPrimitives.MultiplyAdd(_angle.AsSpan(0, cosines.Length), (float)sigma, cosines, cosines);
            rest = rest[cosines.Length..];
            var sines = rest[..Math.Min(Pairs, rest.Length)];
            TensorPrimitives.MultiplyAdd(_sine.AsSpan(0, sines.Length), (float)sigma, sines, sines);
        }
    }

    private void FillPairs()
    {
        const float unit = 1f / (1 << UniformBits);
        for (var i = 0; i < Pairs; i++)
        {
            var bits = _bits.Next();
            _radius[i] = ((bits >> (64 - UniformBits)) + 1) * unit;
            _angle[i] = (uint)(bits & ((1 << UniformBits) - 1)) * (unit * MathF.Tau);
        }

        TensorPrimitives.Log(_radius, _radius);
        TensorPrimitives.Multiply(_radius, -2f, _radius);
        TensorPrimitives.Sqrt(_radius, _radius);
        TensorPrimitives.Sin(_angle, _sine);
        TensorPrimitives.Cos(_angle, _angle);
        TensorPrimitives.Multiply(_sine, _radius, _sine);
        TensorPrimitives.Multiply(_angle, _radius, _angle);
    }
}
