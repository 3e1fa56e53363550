using GenAI.Gateway.Access;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Automatic1111;

/// <summary>Progress of the caller's requests, and ending them.</summary>
internal static class ControlApi
{
    public static void MapControl(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/progress", Progress);
        endpoints.MapPost("/interrupt", (HttpContext context, Sessions sessions, JobDesk desk) => StopAsync(context.Caller(), sessions, desk, all: true));
        endpoints.MapPost("/skip", (HttpContext context, Sessions sessions, JobDesk desk) => StopAsync(context.Caller(), sessions, desk, all: false));
    }

    private static ProgressAnswer Progress(HttpContext context, Sessions sessions, JobDesk desk, TimeProvider clock, bool skip_current_image = false)
    {
        var now = clock.GetUtcNow();
        var live = sessions.Of(context.Caller()).Oldest;
        if (live is null)
        {
            return new ProgressAnswer(0, 0, new ProgressState(false, false, false, "", 0, GenerationInfo.Timestamp(now), 0, 0, 0), null, null);
        }

        var (fraction, done, step, steps, preview) = live.Now;
        var outlooks = live.Batch.Ids.Select(desk.OutlookOf).OfType<JobOutlook>().ToArray();
        var eta = outlooks.Max(outlook => outlook.EstimatedEnd) - now;
        var waiting = outlooks.Where(outlook => outlook.Position > 0).Select(outlook => outlook.Position).DefaultIfEmpty().Min();
        var text = outlooks.Length > 0 && outlooks.All(outlook => outlook.Position > 0) ? $"Waiting: number {waiting} in the queue" : null;
        return new ProgressAnswer(
            // Zero says that nothing is being made.
            Math.Clamp(fraction, 0.001, 1), Math.Max(0, eta?.TotalSeconds ?? 0),
            new ProgressState(
                live.IsSkipped, live.IsInterrupted, false, live.Batch.Jobs[0].Id, live.Batch.Jobs.Count, GenerationInfo.Timestamp(live.BegunAt),
                done, step, steps),
            skip_current_image ? null : preview?.Image, text);
    }

    /// <summary>The caller's own: the running images of the request that progress tells of, or everything.</summary>
    private static async Task<Dictionary<string, object>> StopAsync(Caller caller, Sessions sessions, JobDesk desk, bool all)
    {
        var session = sessions.Of(caller);
        foreach (var live in session.All)
        {
            if (all) live.IsInterrupted = true;
            else live.IsSkipped = true;
        }

        var jobs = desk.ListOpen(owner: caller.Id).Where(job => job.Source == JobSource.Automatic1111 && caller.MayChange(job));
        if (!all)
        {
            var oldest = session.Oldest?.Batch.Ids.ToHashSet(StringComparer.Ordinal) ?? [];
            jobs = jobs.Where(job => job.State != JobState.Queued && oldest.Contains(job.Id));
        }

        await Task.WhenAll(jobs.Select(job => desk.CancelAsync(job.Id, CancellationToken.None)));
        return [];
    }
}
