using GenAI.Gateway.Access;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Prompts;

/// <summary>Takes jobs back that the caller may take back: its own, or for an administrator anybody's when they are named.</summary>
internal sealed class PromptCancelling(JobDesk desk)
{
    private const int AtOnce = 256;

    /// <summary>Cancels the named jobs that are in one of the states.</summary>
    /// <returns>Whether any was.</returns>
    public async Task<bool> CancelAsync(VirtualComfyUI comfy, IEnumerable<string> ids, Func<JobState, bool> isMeant, CancellationToken cancellationToken)
    {
        var named = new List<string>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (await desk.FindAsync(id, cancellationToken) is { } job && IsOf(comfy, job) && comfy.Caller.MayChange(job) && isMeant(job.State))
                named.Add(id);
        }

        return await CancelAllAsync(named, cancellationToken);
    }

    /// <summary>Cancels the caller's own jobs that came in by this API and are in one of the states.</summary>
    public Task<bool> CancelOwnAsync(VirtualComfyUI comfy, Func<JobState, bool> isMeant, CancellationToken cancellationToken)
    {
        if (!comfy.Caller.May(Scopes.Generate) && !comfy.Caller.May(Scopes.Admin)) return Task.FromResult(false);
        var own = desk.ListOpen(comfy.Name, comfy.Caller.Id).Where(job => job.Source == JobSource.ComfyUI && isMeant(job.State)).Select(job => job.Id);
        // The last first: else each that is taken out lets the next one start.
        return CancelAllAsync([.. own.Reverse()], cancellationToken);
    }

    public static bool IsOf(VirtualComfyUI comfy, Job job) => string.Equals(job.Model, comfy.Name, StringComparison.Ordinal);

    private async Task<bool> CancelAllAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var some in ids.Chunk(AtOnce))
            any |= (await Task.WhenAll(some.Select(id => desk.CancelAsync(id, cancellationToken)))).Contains(true);
        return any;
    }
}
