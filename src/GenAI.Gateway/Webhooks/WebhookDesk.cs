using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Webhooks;

/// <summary>Hands in jobs whose ends may be wanted to be told. The outbox knows of them before the journal does, so that no end of one goes untold.</summary>
internal sealed class WebhookDesk(JobDesk desk, WebhookOutbox outbox)
{
    private static readonly ApiError Unavailable =
        new(StatusCodes.Status503ServiceUnavailable, "outbox_unavailable", "The webhook cannot be kept now, so the jobs were not accepted.")
        {
            RetryAfter = TimeSpan.FromSeconds(30),
        };

    /// <summary>As <see cref="JobDesk.SubmitAsync(IReadOnlyList{JobSubmission}, CancellationToken)"/>; those with a webhook need an id.</summary>
    public async Task<(IReadOnlyList<Job>? Jobs, ApiError? Error)> SubmitAsync(IReadOnlyList<JobSubmission> submissions, CancellationToken cancellationToken)
    {
        if (submissions[0].Webhook is null) return await desk.SubmitAsync(submissions, cancellationToken);

        var held = new List<string>();
        // An id that a client chose may be that of a job which is told of already.
        foreach (var submission in submissions)
            if (await desk.FindAsync(submission.Id!, cancellationToken) is null) held.Add(submission.Id!);

        IReadOnlyList<string> made;
        try
        {
            made = await outbox.HoldAsync(held);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, Unavailable);
        }

        IReadOnlyList<Job>? jobs = null;
        try
        {
            (jobs, var error) = await desk.SubmitAsync(submissions, cancellationToken);
            return (jobs, error);
        }
        finally
        {
            // A repeated request is told of once, by the jobs that it had at first.
            var accepted = jobs?.Select(job => job.Id).ToHashSet(StringComparer.Ordinal) ?? [];
            outbox.Accept(held.Where(accepted.Contains));
            await outbox.DropAsync(made.Where(id => !accepted.Contains(id)));
        }
    }
}
