namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>A way to solve the reverse diffusion from the first noise level to the last.</summary>
internal interface ISampler
{
    string Name { get; }

    /// <param name="x">The noisy image at <paramref name="sigmas"/>[0]; holds the result on return.</param>
    /// <param name="sigmas">Descending noise levels; one step per interval.</param>
    /// <param name="run">The model to evaluate, fresh noise, and whom to tell after each step.</param>
    void Sample(float[] x, ReadOnlySpan<double> sigmas, SamplingRun run);
}
