using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Sampling;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>What the sampling nodes share: the job's budget is charged, the model brought into memory, progress reported.</summary>
internal sealed class SamplingStep(Engine engine)
{
    /// <summary>The noise levels of a schedule, as the model shifts them.</summary>
    public static double[] Sigmas(ModelValue model, string scheduler, int steps, double denoise) =>
        [.. Schedulers.Sigmas(scheduler, NoiseSchedule.ScaledLinear, steps, denoise).Select(sigma => sigma * model.SigmaScale)];

    public async Task<Latent> RunAsync(NodeCall call, ModelValue model, SamplerRequest request, double[] sigmas)
    {
        var (latent, steps) = (request.Latent, Math.Max(sigmas.Length - 1, 0));
        if (!call.Run.Budget.TrySpend(latent.Width, latent.Height, steps, latent.Images.Count))
            throw new NodeFailureException(call.Run.Budget.Refusal(latent.Width, latent.Height, steps, latent.Images.Count));

        var sampled = await engine.SampleAsync(
            model.Checkpoint, request, sigmas,
            progress => call.Report(progress.Step, progress.TotalSteps, progress.Preview),
            call.Stop);
        return sampled.Latent;
    }
}
