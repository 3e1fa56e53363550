using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Jobs;
using GenAI.ModelServer.Models;
using GenAI.ModelServer.Telemetry;

namespace GenAI.ModelServer;

/// <summary>What both dialects compute with: a checkpoint is brought into memory, then the sampler runs, timed.</summary>
internal sealed class Engine(DiffusionSampler sampler, LoadedModels models, ModelLibraryOptions options, ModelServerMetrics metrics, TimeProvider clock)
{
    /// <param name="checkpoint">The model file that must be in memory.</param>
    /// <param name="request">What to sample.</param>
    /// <param name="sigmas">Explicit noise levels; null for those of the request's scheduler.</param>
    /// <param name="onStep">Called on the computing thread after each step.</param>
    /// <param name="cancellationToken">Looked at while loading and between steps.</param>
    public async Task<Sampled> SampleAsync(
        string checkpoint, SamplerRequest request, double[]? sigmas, Action<SamplingProgress> onStep, CancellationToken cancellationToken)
    {
        var loading = await models.EnsureAsync(checkpoint, cancellationToken);
        var started = clock.GetTimestamp();
        var latent = await Compute.OnOwnThread(
            () => sigmas is null
                ? sampler.Sample(request, Paced, cancellationToken)
                : sampler.Sample(request, sigmas, Paced, cancellationToken),
            cancellationToken);

        var inferring = clock.GetElapsedTime(started);
        metrics.Inferred(inferring);
        return new Sampled(latent, loading, inferring);

        void Paced(SamplingProgress progress)
        {
            var early = options.StepTime * progress.Step - clock.GetElapsedTime(started);
            // On the computation's own thread. The sampler finds out itself that it is cancelled.
            if (early > TimeSpan.Zero)
                Task.Delay(early, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            if (!cancellationToken.IsCancellationRequested) onStep(progress);
        }
    }
}

/// <summary>A finished latent and what it cost.</summary>
internal sealed record Sampled(Latent Latent, TimeSpan Loading, TimeSpan Inferring);
