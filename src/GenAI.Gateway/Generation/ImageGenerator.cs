using System.Runtime.ExceptionServices;
using GenAI.Contracts;
using GenAI.Gateway.Routing;
using GenAI.Gateway.Routing.Ejection;

namespace GenAI.Gateway.Generation;

/// <summary>
/// Makes images on a model's instances: several at once on several instances, each begun again once on another instance when its own
/// fails. All or none: the first job that fails for good stops the others.
/// </summary>
internal sealed partial class ImageGenerator(
    InstanceChooser chooser, IEnumerable<IImageBackend> backends, GatewayMetrics metrics, TimeProvider clock, ILogger<ImageGenerator> logger)
{
    private const int MaxAttempts = 2;

    private readonly Dictionary<ModelDialect, IImageBackend> _backends = backends.ToDictionary(backend => backend.Dialect);

    /// <summary>The images as PNG, in the order of the jobs.</summary>
    /// <exception cref="ModelUnavailableException">No instance could do it.</exception>
    /// <exception cref="JobRefusedException">An instance would not do it.</exception>
    public async Task<byte[][]> GenerateAsync(FleetModel model, IReadOnlyList<ImageJob> jobs, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var images = jobs.Select(job => StoppingTheOthersAsync(model, job, stop)).ToArray();
        await ((Task)Task.WhenAll(images)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (images.FirstOrDefault(image => image.IsFaulted) is { Exception.InnerException: { } failure }) ExceptionDispatchInfo.Throw(failure);
        return await Task.WhenAll(images);
    }

    private async Task<byte[]> StoppingTheOthersAsync(FleetModel model, ImageJob job, CancellationTokenSource stop)
    {
        using var activity = GatewayMetrics.Activities.StartActivity($"generate_image {model.Name}");
        activity?.SetTag("gen_ai.request.model", model.Name).SetTag("gen_ai.output.type", "image");
        var begun = clock.GetTimestamp();
        var status = "failed";
        try
        {
            var image = await WithRetryAsync(model, job, stop.Token);
            status = "ok";
            return image;
        }
        catch (OperationCanceledException)
        {
            status = "cancelled";
            throw;
        }
        finally
        {
            if (status != "ok") await stop.CancelAsync();
            activity?.SetTag("genai.status", status);
            metrics.ImageEnded(model.Name, status, clock.GetElapsedTime(begun));
        }
    }

    private async Task<byte[]> WithRetryAsync(FleetModel model, ImageJob job, CancellationToken cancellationToken)
    {
        var failed = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            using var lease = chooser.TryTake(model.Name, failed) ?? throw Unavailable(model, failed);
            var instance = lease.Instance;
            try
            {
                var image = await _backends[instance.Dialect].GenerateAsync(instance, job, cancellationToken);
                lease.Report(RequestOutcome.Answered);
                return image;
            }
            catch (JobRefusedException)
            {
                // It answered, if not with an image.
                lease.Report(RequestOutcome.Answered);
                throw;
            }
            catch (InstanceFailedException exception)
            {
                lease.Report(RequestOutcome.GatewayError);
                failed.Add(instance.Id);
                metrics.AttemptFailed(model.Name, instance.Id);
                LogFailed(instance.Id, failed.Count, exception.Message);
                if (failed.Count >= MaxAttempts) throw Unavailable(model, failed);
            }
        }
    }

    private static ModelUnavailableException Unavailable(FleetModel model, HashSet<string> failed) =>
        new(model.Name, failed.Count == 0
            ? $"No instance of '{model.Name}' can take requests now."
            : $"No instance of '{model.Name}' could make the image; tried {string.Join(" and ", failed)}.");

    [LoggerMessage(1, LogLevel.Warning, "Instance {Instance} failed in an image job, attempt {Attempt}: {Reason}")]
    private partial void LogFailed(string instance, int attempt, string reason);
}
