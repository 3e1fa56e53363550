using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Generation.ComfyUI;

/// <summary>
/// Fills the model's workflow template, submits it, waits by the instance's socket (or, without one, by asking), and fetches the image.
/// </summary>
internal sealed partial class ComfyUIBackend(
    ComfyUIInstance comfy, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<ComfyUIBackend> logger)
    : IImageBackend, IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AbandonTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _sockets =
        new(new SocketsHttpHandler { ConnectTimeout = options.Value.ConnectTimeout, UseProxy = false });

    public ModelDialect Dialect => ModelDialect.ComfyUI;

    public void Dispose() => _sockets.Dispose();

    public async Task<byte[]> GenerateAsync(Instance instance, ImageJob job, CancellationToken cancellationToken)
    {
        var template = job.Template ?? throw new JobRefusedException($"There is no workflow template for '{instance.Model}'.");
        var promptId = Guid.NewGuid().ToString();
        var clientId = Guid.NewGuid().ToString("N");
        using var socket = await ComfyUISocket.TryConnectAsync(instance, clientId, _sockets, cancellationToken);
        try
        {
            promptId = await comfy.SubmitAsync(instance, new PromptRequest(template.Fill(job), clientId, promptId), cancellationToken);
            if (socket is not null) await socket.WaitForEndAsync(promptId, cancellationToken);
            var entry = await EndedAsync(instance, promptId, cancellationToken);
            return Png.Require(await comfy.ViewAsync(instance, ImageOf(entry, instance), cancellationToken), instance.Id);
        }
        catch (OperationCanceledException)
        {
            await AbandonAsync(instance, promptId);
            throw;
        }
    }

    /// <summary>The prompt's history, once there is one.</summary>
    /// <exception cref="InstanceFailedException">The instance no longer knows the prompt: it was restarted.</exception>
    private async Task<HistoryEntry> EndedAsync(Instance instance, string promptId, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await comfy.HistoryAsync(instance, promptId, cancellationToken) is { } entry) return entry;

            var queue = await comfy.QueueAsync(instance, cancellationToken);
            if (!queue.IsRunning(promptId) && !queue.IsPending(promptId))
            {
                // It may have ended between the two questions.
                return await comfy.HistoryAsync(instance, promptId, cancellationToken)
                    ?? throw new InstanceFailedException("It no longer knows the prompt.");
            }

            await Task.Delay(PollInterval, clock, cancellationToken);
        }
    }

    private static ImageName ImageOf(HistoryEntry entry, Instance instance)
    {
        if (entry.Status is { StatusText: "error" } status)
            throw new JobRefusedException($"Instance {instance.Id} failed in the workflow: {status.Failure()}.");
        return entry.FirstImage ?? throw new JobRefusedException($"Instance {instance.Id} ran the workflow, which made no image.");
    }

    /// <summary>
    /// Takes the prompt from the instance, waiting or running. It is interrupted only where it is the one that runs:
    /// a ComfyUI older than the <c>prompt_id</c> of <c>/interrupt</c> would stop whatever runs.
    /// </summary>
    private async Task AbandonAsync(Instance instance, string promptId)
    {
        using var patience = new CancellationTokenSource(AbandonTimeout, clock);
        try
        {
            await comfy.DeleteAsync(instance, promptId, patience.Token);
            if ((await comfy.QueueAsync(instance, patience.Token)).IsRunning(promptId))
                await comfy.InterruptAsync(instance, promptId, patience.Token);
        }
        catch (Exception exception) when (exception is InstanceFailedException or OperationCanceledException)
        {
            LogNotAbandoned(promptId, instance.Id, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not take the abandoned prompt {Prompt} from instance {Instance}: {Reason}")]
    private partial void LogNotAbandoned(string prompt, string instance, string reason);
}
