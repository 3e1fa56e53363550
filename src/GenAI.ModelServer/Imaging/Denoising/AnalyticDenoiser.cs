using GenAI.ModelServer.Imaging.Scenes;

namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>
/// The embedded model: no neural network and no weights. Images are assumed to vary around a mean, a scene drawn from
/// the words of the prompt, and the estimate follows in closed form. It lets everything around a model run anywhere.
/// </summary>
internal sealed class AnalyticDenoiser : IDenoiser
{
    public IConditionedDenoiser Prepare(Conditioning conditioning, ConditioningRole role, int width, int height, ulong seed)
    {
        var pyramid = new Pyramid(width, height);
        return new SpectralDenoiser(Mean(conditioning.Text, role, width, height, seed), pyramid, new DetailPrior(pyramid, conditioning.Guidance));
    }

    /// <summary>
    /// Null for an unconditional image, and where only unknown words ("blurry, bad anatomy") are to be avoided: an invented
    /// picture for them is welcome, but an image kept away from an invented picture would show its ghost. So it would of stars.
    /// </summary>
    private static PooledFloats? Mean(string text, ConditioningRole role, int width, int height, ulong seed)
    {
        var scene = SceneParser.Parse(text);
        if (scene.IsEmpty || (role == ConditioningRole.Negative && scene.IsInvented))
            return null;
        if (role == ConditioningRole.Negative)
            scene = scene with { Backdrop = scene.Backdrop! with { Stars = 0 } };

        var planes = new PooledFloats(Latent.Planes * width * height);
        SceneRenderer.Render(scene, width, height, seed, planes.Span);
        LatentCodec.FromRgb(planes.Span);
        return planes;
    }
}
