using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>
/// Follows one prompt at its instance to the end: by what its socket says (<see cref="PromptMessages"/>), and by asking where that is silent
/// or gone.
/// </summary>
internal sealed class PromptListening(
    JobRun run,
    ComfyUIInstance comfy,
    OutputCollector outputs,
    PromptMessages messages,
    Fleet fleet,
    HttpMessageInvoker sockets,
    DispatchSettings settings,
    TimeProvider clock)
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromMilliseconds(250);

    // Without a socket it is asked instead, so that little is lost by giving up on one.
    private static readonly TimeSpan SocketLimit = TimeSpan.FromSeconds(10);

    private ComfyUISocket? _socket;
    private long? _outOfReachSince;
    private int _refusals;
    private bool _had;
    private bool _endWasTold;

    /// <summary>The instance has, or had, the prompt.</summary>
    private bool HasIt => _had || messages.IsKnown;

    /// <summary>The client id under which the instance knows the job's listener.</summary>
    public static string ClientOf(Job job) => $"genai-{job.Id}";

    public async Task<RunEnding> SubmitAsync(JsonObject request, CancellationToken cancellationToken)
    {
        try
        {
            _socket = await ConnectAsync(cancellationToken);
            if (await TrySubmitAsync(request, cancellationToken) is { } refused) return PromptEnding.Refused(refused);
            return await FollowAsync(cancellationToken);
        }
        finally
        {
            _socket?.Dispose();
        }
    }

    /// <summary>The prompt was submitted, perhaps, by a gateway that is gone.</summary>
    public async Task<RunEnding> FindAgainAsync(CancellationToken cancellationToken)
    {
        _had = run.Job.State == JobState.Running;
        try
        {
            // Listening first: what happens after the question is then heard.
            _socket = await ConnectAsync(cancellationToken);
            return await FollowAsync(cancellationToken);
        }
        finally
        {
            _socket?.Dispose();
        }
    }

    private Task<ComfyUISocket?> ConnectAsync(CancellationToken cancellationToken) => ComfyUISocket.TryConnectAsync(
        run.Instance, ClientOf(run.Job), sockets, settings.CallLimit < SocketLimit ? settings.CallLimit : SocketLimit, clock, cancellationToken);

    /// <summary>Where the answer is lost on the way, the instance may have the prompt: asking tells.</summary>
    private async Task<JsonObject?> TrySubmitAsync(JsonObject request, CancellationToken cancellationToken)
    {
        try
        {
            var refused = await comfy.SubmitAsync(run.Instance, request, cancellationToken);
            _had = refused is null;
            return refused;
        }
        catch (InstanceFailedException failure) when (failure is { IsGone: false, IsAnswer: false })
        {
            return null;
        }
    }

    private async Task<RunEnding> FollowAsync(CancellationToken cancellationToken)
    {
        // Of one that was adopted, or may not have been taken, nothing may be left to hear.
        var ask = run.IsAdopted || !HasIt;
        while (true)
        {
            try
            {
                if (ask && await LookUpAsync(cancellationToken) is { } entry)
                {
                    messages.WriteTimes();
                    return await CloseAsync(entry, cancellationToken);
                }

                ask = await ListenAsync(cancellationToken);
                (_outOfReachSince, _refusals) = (null, 0);
            }
            catch (InstanceFailedException failure) when (!failure.IsFinal)
            {
                ThrowIfOverdue(failure);
                await Task.Delay(SoonAgain, clock, cancellationToken);
                ask = true;
            }
        }
    }

    /// <summary>Hears one message, if there is one.</summary>
    /// <returns>Whether it is time to ask: all is silent, or the end was told.</returns>
    private async Task<bool> ListenAsync(CancellationToken cancellationToken)
    {
        _socket ??= await ConnectAsync(cancellationToken);
        if (_socket is null)
        {
            await Task.Delay(SoonAgain, clock, cancellationToken);
            return true;
        }

        var frame = await _socket.NextAsync(_endWasTold ? SoonAgain : settings.AskInterval, clock, cancellationToken);
        if (!_socket.IsOpen)
        {
            _socket.Dispose();
            _socket = null;
        }

        if (frame is not null && !await messages.HearAsync(frame, cancellationToken)) return false;
        // The history has it at any moment.
        _endWasTold |= frame is not null;
        return true;
    }

    /// <summary>The history's entry, once the prompt has ended; null while it waits or runs.</summary>
    /// <exception cref="InstanceFailedException">The instance does not know the prompt, or cannot be asked.</exception>
    private async Task<JsonObject?> LookUpAsync(CancellationToken cancellationToken)
    {
        if (await comfy.HistoryAsync(run.Instance, run.Job.Id, cancellationToken) is { } entry) return entry;
        var (running, pending) = await comfy.QueueAsync(run.Instance, run.Job.Id, cancellationToken);
        if (running || pending)
        {
            _had = true;
            if (running) await messages.BeganAsync();
            return null;
        }

        // It may have ended between the two questions.
        if (await comfy.HistoryAsync(run.Instance, run.Job.Id, cancellationToken) is { } late) return late;
        throw new InstanceFailedException(HasIt ? "It no longer knows the job: it was restarted." : "It does not know the job.")
        {
            HadJob = HasIt, IsGone = true, IsFinal = true,
        };
    }

    /// <exception cref="InstanceFailedException">The instance has failed for too long.</exception>
    private void ThrowIfOverdue(InstanceFailedException failure)
    {
        // One refusal may be of what is in front of it; but a process that does not listen does not work either.
        if (failure.IsGone && ++_refusals >= 3 && !run.IsAdopted)
            throw new InstanceFailedException($"Its process is gone: {failure.Message}", failure) { HadJob = HasIt, IsGone = true };

        var limit = run.IsAdopted ? settings.AdoptionLimit : settings.UnreachableLimit;
        _outOfReachSince ??= clock.GetTimestamp();
        if (clock.GetElapsedTime(_outOfReachSince.Value) <= limit) return;
        throw new InstanceFailedException($"It was out of reach for {limit.TotalSeconds:0.#} s: {failure.Message}", failure)
        {
            HadJob = true, IsGone = failure.IsGone, MayGoOn = !failure.IsGone,
        };
    }

    private async Task<RunEnding> CloseAsync(JsonObject entry, CancellationToken cancellationToken)
    {
        await messages.BeganAsync();
        if (PromptEnding.WasInterrupted(entry) && await IsStoppingAsync(cancellationToken))
            throw new InstanceFailedException("It stopped and interrupted the job.") { IsGone = true, IsFinal = true };

        var renamed = new JsonObject();
        foreach (var (node, shown) in entry["outputs"] as JsonObject ?? [])
            renamed[node] = shown is JsonObject files ? await outputs.CollectAsync(node, files, cancellationToken) : shown?.DeepClone();
        return PromptEnding.Of(run.Job.Id, entry, renamed, clock.GetUtcNow());
    }

    /// <summary>
    /// A server that is told to stop interrupts its job, as a person may. It is the server that stops where it drains or does not answer any more
    /// a moment later.
    /// </summary>
    private async Task<bool> IsStoppingAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < 4; i++)
        {
            if (!fleet.Current.TryGetInstance(run.Instance.Id, out var instance) || instance.State is InstanceState.Draining or InstanceState.Unhealthy) return true;
            try
            {
                await comfy.QueueAsync(run.Instance, run.Job.Id, cancellationToken);
            }
            catch (InstanceFailedException)
            {
                return true;
            }

            await Task.Delay(SoonAgain, clock, cancellationToken);
        }

        return false;
    }
}
