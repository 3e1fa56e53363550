using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>
/// Estimates the clean image band by band with the weights of a <see cref="DetailPrior"/>. With Gaussian levels x₀…x_L of the
/// noisy image and m₀…m_L of the mean, level k of the estimate is e_k = g_k·x_k + h_k·m_k + grow(e_{k+1} - g_k·x_{k+1} - h_k·m_{k+1}).
/// </summary>
internal sealed class SpectralDenoiser : IConditionedDenoiser
{
    private readonly Pyramid _pyramid;
    private readonly DetailPrior _prior;
    private readonly PooledFloats[][] _mean;
    private readonly PooledFloats[] _noisy;
    private readonly PooledFloats[] _estimate;

    /// <param name="mean">Latent planes of the mean image; null for mid-grey. Taken over and disposed.</param>
    /// <param name="pyramid">The picture's resolutions.</param>
    /// <param name="prior">The weights.</param>
    public SpectralDenoiser(PooledFloats? mean, Pyramid pyramid, DetailPrior prior)
    {
        _pyramid = pyramid;
        _prior = prior;
        _noisy = pyramid.Rent(from: 1);
        _estimate = pyramid.Rent(from: 1);
        _mean = mean is null ? [] : [.. Enumerable.Range(0, Latent.Planes).Select(plane => Shrunk(pyramid.Plane(mean.Span, plane)))];
        mean?.Dispose();
    }

    public void Denoise(ReadOnlySpan<float> noisy, double sigma, Span<float> clean)
    {
        for (var plane = 0; plane < Latent.Planes; plane++)
            DenoisePlane(plane, _pyramid.Plane(noisy, plane), sigma, _pyramid.Plane(clean, plane));
    }

    public void Dispose()
    {
        foreach (var buffer in _mean.SelectMany(levels => levels).Concat(_noisy).Concat(_estimate))
            buffer.Dispose();
    }

    private void DenoisePlane(int plane, ReadOnlySpan<float> noisy, double sigma, Span<float> clean)
    {
        for (var level = 0; level < _pyramid.Coarsest; level++)
            _pyramid.Shrink(level == 0 ? noisy : _noisy[level - 1].Span, _noisy[level].Span, level);

        var coarsest = _pyramid.Coarsest;
        var top = coarsest == 0 ? clean : _estimate[coarsest - 1].Span;
        top.Clear();
        AddWeighted(_prior.Weigh(plane, coarsest, sigma), plane, coarsest, coarsest == 0 ? noisy : _noisy[coarsest - 1].Span, top);
        for (var level = coarsest - 1; level >= 0; level--)
        {
            var weights = _prior.Weigh(plane, level, sigma);
            var coarser = _estimate[level].Span;
            var finer = level == 0 ? clean : _estimate[level - 1].Span;
            AddWeighted(new(-weights.Gain, -weights.Share), plane, level + 1, _noisy[level].Span, coarser);
            finer.Clear();
            AddWeighted(weights, plane, level, level == 0 ? noisy : _noisy[level - 1].Span, finer);
            _pyramid.AddGrown(coarser, finer, level);
        }
    }

    private void AddWeighted(BandWeights weights, int plane, int level, ReadOnlySpan<float> noisy, Span<float> sum)
    {
        TensorPrimitives.MultiplyAdd(noisy, weights.Gain, sum, sum);
        if (_mean.Length > 0)
            TensorPrimitives.MultiplyAdd(_mean[plane][level].Span, weights.Share, sum, sum);
    }

    private PooledFloats[] Shrunk(ReadOnlySpan<float> plane)
    {
        var levels = _pyramid.Rent();
        plane.CopyTo(levels[0].Span);
        for (var level = 0; level < _pyramid.Coarsest; level++)
            _pyramid.Shrink(levels[level].Span, levels[level + 1].Span, level);
        return levels;
    }
}
