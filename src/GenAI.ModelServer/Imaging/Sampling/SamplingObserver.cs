using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>Counts the steps of a batch and offers previews of the image being worked on.</summary>
internal sealed class SamplingObserver(int width, int height, int totalSteps, Action<SamplingProgress>? onStep)
{
    private const int MaxPreviewSide = 512;

    /// <summary>
    /// Standard deviation of a clean image's samples: the noisy image is scaled to keep it (c_in of Karras et al. 2022, table 1),
    /// so that a preview shows the noise itself giving way to the picture.
    /// </summary>
    private const double DataDeviation = 0.5;

    private int _steps;

    public void StepDone(float[] x, double sigma)
    {
        _steps++;
        onStep?.Invoke(new SamplingProgress(_steps, totalSteps, () => Preview(x, sigma)));
    }

    private Picture Preview(float[] x, double sigma)
    {
        var stride = (Math.Max(width, height) + MaxPreviewSide - 1) / MaxPreviewSide;
        var (columns, rows) = ((width + stride - 1) / stride, (height + stride - 1) / stride);
        var small = new float[Latent.Planes * columns * rows];
        for (var row = 0; row < Latent.Planes * rows; row++)
        {
            var (plane, y) = Math.DivRem(row, rows);
            var source = x.AsSpan((plane * height + y * stride) * width, width);
            var target = small.AsSpan(row * columns, columns);
            for (var column = 0; column < columns; column++)
                target[column] = source[column * stride];
        }

        TensorPrimitives.Multiply(small, (float)(DataDeviation / Math.Sqrt(sigma * sigma + DataDeviation * DataDeviation)), small);
        return LatentCodec.Decode(small, columns, rows);
    }
}
