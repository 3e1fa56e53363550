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
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(5);
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
            var entry = await EndedAsync(instance, promptId, socket, cancellationToken);
            return Png.Require(await comfy.ViewAsync(instance, ImageOf(entry, instance), cancellationToken), instance.Id);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InstanceFailedException)
        {
            // One that could not be asked may be working on it all the same, while the job is begun again elsewhere.
            await AbandonAsync(instance, promptId);
            throw;
        }
    }

    /// <summary>The prompt's history, once there is one: when the socket says so, and looked for now and then in case it does not.</summary>
    /// <exception cref="InstanceFailedException">The instance no longer knows the prompt: it was restarted.</exception>
    private async Task<HistoryEntry> EndedAsync(Instance instance, string promptId, ComfyUISocket? socket, CancellationToken cancellationToken)
    {
        using var found = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var told = socket?.WaitForEndAsync(promptId, found.Token) ?? Task.CompletedTask;
        try
        {
            while (true)
            {
                await told.WaitAsync(SilenceLimit, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                if (await FindAsync(instance, promptId, cancellationToken) is { } entry) return entry;
                if (told.IsCompleted) await Task.Delay(PollInterval, clock, cancellationToken);
            }
        }
        finally
        {
            await found.CancelAsync();
            await told.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Null while the prompt waits or runs.</summary>
    private async Task<HistoryEntry?> FindAsync(Instance instance, string promptId, CancellationToken cancellationToken)
    {
        if (await comfy.HistoryAsync(instance, promptId, cancellationToken) is { } entry) return entry;

        var queue = await comfy.QueueAsync(instance, cancellationToken);
        if (queue.IsRunning(promptId) || queue.IsPending(promptId)) return null;

        // It may have ended between the two questions.
        return await comfy.HistoryAsync(instance, promptId, cancellationToken)
            ?? throw new InstanceFailedException("It no longer knows the prompt.");
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

    [LoggerMessage(1, LogLevel.Warning, "Could not take the abandoned prompt {Prompt} from instance {Instance}: {Reason}")]
    private partial void LogNotAbandoned(string prompt, string instance, string reason);
}
