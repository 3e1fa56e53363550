using System.Globalization;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;
using GenAI.ModelServer.Jobs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer.StableDiffusion;

/// <summary>Makes the images of one request after another.</summary>
internal sealed class GenerateRunner(Engine engine, ModelLibraryOptions models, JobOptions jobs, TimeProvider clock) : IJobRunner<GenerateJob>
{
    public async Task<JobResult> RunAsync(GenerateJob job, JobControl control)
    {
        var waited = clock.GetUtcNow() - job.QueuedAt;
        try
        {
            var sampled = await engine.SampleAsync(
                models.Checkpoint, Describe(job), sigmas: null, progress => job.Report(progress.Step, progress.TotalSteps), control.Token);
            byte[][] images = [.. Enumerable.Range(0, sampled.Latent.Images.Count).Select(i => Encode(job, sampled.Latent, i))];
            var timings = new GenerateTimings(waited.TotalMilliseconds, sampled.Loading.TotalMilliseconds, sampled.Inferring.TotalMilliseconds);
            return Ended(job, new GenerateOutcome(images, timings), JobStatus.Success);
        }
        catch (OperationCanceledException) when (control.Reason is JobStop.Interrupted)
        {
            return Ended(job, GenerateOutcome.Failed(StatusCodes.Status499ClientClosedRequest, "The request was cancelled."), JobStatus.Cancelled);
        }
        catch (OperationCanceledException) when (control.Reason is JobStop.Shutdown)
        {
            return Ended(job, Stopping(), JobStatus.Cancelled);
        }
        catch (OperationCanceledException) when (control.Reason is JobStop.TimedOut)
        {
            var reason = $"The request ran longer than the limit of {jobs.TimeLimit.TotalSeconds:0.#} s.";
            return Ended(job, GenerateOutcome.Failed(StatusCodes.Status504GatewayTimeout, reason), JobStatus.Error);
        }
        catch
        {
            // The loop logs it; the client must not wait for ever.
            job.End(GenerateOutcome.Failed(StatusCodes.Status500InternalServerError, "The server failed to make the images; its log says why."));
            throw;
        }
    }

    public void Abandon(GenerateJob job) => job.End(Stopping());

    private static GenerateOutcome Stopping() =>
        GenerateOutcome.Failed(StatusCodes.Status503ServiceUnavailable, "The server is stopping.");

    private static JobResult Ended(GenerateJob job, GenerateOutcome outcome, JobStatus status) =>
        new(status, outcome.Images.Count) { Announce = () => job.End(outcome) };

    private static SamplerRequest Describe(GenerateJob job) => new()
    {
        Latent = Latent.Empty(job.Request.Width, job.Request.Height, job.Request.NumImagesPerPrompt),
        Positive = new Conditioning(job.Request.Prompt),
        Negative = new Conditioning(job.Request.NegativePrompt),
        Seed = job.Seed,
        Steps = job.Request.NumInferenceSteps,
        Cfg = job.Request.GuidanceScale,
    };

    private static byte[] Encode(GenerateJob job, Latent latent, int index) => PngWriter.Write(LatentCodec.Decode(latent, index),
    [
        new("prompt", job.Request.Prompt.Replace('\0', ' ')),
        new("seed", unchecked(job.Seed + (ulong)index).ToString(CultureInfo.InvariantCulture)),
    ]);
}
