using System.Diagnostics;
using GenAI.Gateway.Access;
using GenAI.Gateway.ComfyUI.Capabilities;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Routing;
using GenAI.Gateway.Routing.Tracks;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Jobs;

/// <summary>Accepts jobs: checks them, keeps them places, charges their caller, journals them, and only then says so.</summary>
internal sealed partial class JobIntake(
    IJobJournal journal,
    OpenJobs open,
    DispatchInbox inbox,
    JobEvents events,
    ModelPaces paces,
    Fleet fleet,
    InstanceCapabilities capabilities,
    JobAdmission admission,
    IOptions<JobOptions> options,
    TimeProvider clock,
    SteadyClock steady,
    ILogger<JobIntake> logger)
{
    private readonly Lock _troubleLock = new();
    private volatile bool _closed;
    private volatile string? _trouble;
    private long _refused;

    /// <summary>True from <see cref="Close"/> on: the gateway is stopping.</summary>
    public bool IsClosed => _closed;

    /// <summary>Why the last job that came could not be journalled; null when it could.</summary>
    public string? Trouble => _trouble;

    /// <summary>No more jobs are taken.</summary>
    public void Close() => _closed = true;

    /// <summary>As <see cref="JobDesk.SubmitAsync(IReadOnlyList{JobSubmission}, CancellationToken)"/>.</summary>
    /// <exception cref="ArgumentException">They are none, or of several callers or models.</exception>
    public async Task<(IReadOnlyList<Job>? Jobs, ApiError? Error)> SubmitAsync(
        IReadOnlyList<JobSubmission> submissions, CancellationToken cancellationToken)
    {
        if (submissions.Count == 0 || submissions.Any(other => other.Model != submissions[0].Model || other.Caller.Id != submissions[0].Caller.Id))
            throw new ArgumentException("Expected one job or more, of one caller and for one model.", nameof(submissions));
        cancellationToken.ThrowIfCancellationRequested();

        var (model, refused) = Check(submissions);
        if (model is null) return (null, refused);
        var owner = submissions[0].Caller.Id;
        if (Reserve(model, owner, submissions.Count) is { } full) return await KnownOrAsync(full, submissions, cancellationToken);
        try
        {
            var outcome = await AdmitAsync(model, submissions);
            return outcome.Error is { } error ? await KnownOrAsync(error, submissions, cancellationToken) : outcome;
        }
        finally
        {
            open.Release(model.Name, owner, submissions.Count);
        }
    }

    /// <summary>
    /// A request that is repeated adds nothing to the queue: whose answer was lost hears of its jobs again, however full the queue and used up the
    /// quota are by now.
    /// </summary>
    private async Task<(IReadOnlyList<Job>? Jobs, ApiError? Error)> KnownOrAsync(
        ApiError error, IReadOnlyList<JobSubmission> submissions, CancellationToken cancellationToken)
    {
        if (error.Status != StatusCodes.Status429TooManyRequests) return (null, error);
        var known = new List<Job>();
        try
        {
            foreach (var submission in submissions)
            {
                if (submission.IdempotencyKey is not { } key || await journal.FindByKeyAsync(submission.Caller.Id, key, cancellationToken) is not { } job)
                    return (null, error);
                known.Add(job);
            }
        }
        catch (JournalException)
        {
            return (null, error);
        }

        return (known, null);
    }

    private (FleetModel? Model, ApiError? Error) Check(IReadOnlyList<JobSubmission> submissions)
    {
        if (_closed) return (null, Stopping());
        var view = fleet.Current;
        if (!view.TryGetModel(submissions[0].Model, out var model))
            return (null, new ApiError(StatusCodes.Status404NotFound, "model_not_found", $"There is no model '{submissions[0].Model}'; there are {view.ModelNames()}.") { Param = "model" });

        foreach (var submission in submissions)
        {
            if (submission.Id is { } id && !IsCanonical(id))
                return (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_prompt_id", $"The id '{id}' is no UUID in lower case with hyphens.") { Param = "prompt_id" });
            if (submission.Payload.Length > options.Value.PayloadBytes)
                return (null, new ApiError(StatusCodes.Status413PayloadTooLarge, "request_too_large", $"The job has {submission.Payload.Length} bytes; at most {options.Value.PayloadBytes} are taken."));
            if (capabilities.FirstMissingEverywhere(model.Instances, submission.Demand) is { } missing)
                return (null, new ApiError(StatusCodes.Status400BadRequest, "missing_node_type", $"No instance of '{model.Name}' has '{missing}', so that none could run the job."));
        }

        return (model, null);
    }

    private ApiError? Reserve(FleetModel model, string owner, int count)
    {
        var now = steady.Now;
        var pace = paces[model.Name];
        return open.TryReserve(model.Name, owner, count, (ofModel, ofOwner) => QueueLimitPolicy.Check(
            model.Name, ofModel, ofOwner, count, OutlookPlanner.Start(pace, ofModel.Queued + 1, now) - now, now, options.Value));
    }

    private async Task<(IReadOnlyList<Job>? Jobs, ApiError? Error)> AdmitAsync(FleetModel model, IReadOnlyList<JobSubmission> submissions)
    {
        var caller = submissions[0].Caller;
        JobDemand[] demands = [.. submissions.Select(submission => submission.Demand)];
        var load = open.CountsOfOwner(caller.Id);
        // Its own places are kept already.
        if (admission.Admit(caller, model.Name, demands, new CallerLoad(load.Queued - submissions.Count, load.Running)) is { } refused)
            return (null, refused);

        IReadOnlyList<AcceptedJob> accepted;
        try
        {
            var now = clock.GetUtcNow();
            // Not given up when the client goes away: what is in the journal must be run by somebody.
            accepted = await journal.AcceptAsync(
                [.. submissions.Select(submission => new NewJob(Make(model, submission, now), submission.Payload))], CancellationToken.None);
        }
        catch (JournalException exception)
        {
            admission.Refund(caller.Id, demands);
            NoteTrouble(exception);
            return (null, ApiError.JournalUnavailable);
        }

        if (_trouble is not null) NoteRecovery();
        admission.Refund(caller.Id, [.. demands.Where((_, i) => !accepted[i].IsNew)]);
        if (Doubled(accepted, submissions) is { } doubled) return (null, doubled);
        foreach (var job in accepted.Where(job => job.IsNew)) Enter(job.Job);
        return ([.. accepted.Select(job => job.Job)], null);
    }

    /// <summary>Said once, however many clients go on trying.</summary>
    private void NoteTrouble(JournalException exception)
    {
        lock (_troubleLock)
        {
            if (_trouble is null) LogNotJournalled(exception.Message);
            _trouble = exception.Message;
            _refused++;
        }
    }

    private void NoteRecovery()
    {
        lock (_troubleLock)
        {
            if (_trouble is null) return;
            LogJournalledAgain(_refused);
            (_trouble, _refused) = (null, 0);
        }
    }

    private void Enter(Job job)
    {
        // A journal that many gateways share may have told of it already.
        if (open.TryAdd(job)) events.Publish(new JobChanged(job));
        inbox.Post(new JobArrived(job));
    }

    private static Job Make(FleetModel model, JobSubmission submission, DateTimeOffset now) => new()
    {
        Id = submission.Id ?? Guid.NewGuid().ToString("D"),
        Model = model.Name,
        Source = submission.Source,
        Owner = submission.Caller.Id,
        Weight = submission.Caller.Weight,
        ClientId = submission.ClientId,
        WorkflowId = submission.WorkflowId,
        Number = 0,
        Demand = submission.Demand,
        Priority = submission.Priority,
        Track = submission.Track ?? model.Tracks.Choose(submission.Wish ?? TrackWish.Of(submission.Caller)),
        IdempotencyKey = submission.IdempotencyKey,
        Fingerprint = submission.Fingerprint,
        Webhook = submission.Webhook,
        TraceParent = Activity.Current?.Id,
        AcceptedAt = now,
    };

    private static ApiError? Doubled(IReadOnlyList<AcceptedJob> accepted, IReadOnlyList<JobSubmission> submissions)
    {
        for (var i = 0; i < accepted.Count; i++)
        {
            var (job, key) = (accepted[i].Job, submissions[i].IdempotencyKey);
            if (accepted[i].IsNew || (key is not null && job.IdempotencyKey == key && job.Owner == submissions[i].Caller.Id)) continue;
            return new ApiError(StatusCodes.Status409Conflict, "invalid_prompt_id", $"There is a job '{submissions[i].Id ?? job.Id}' already; leave the id out to have one drawn.") { Param = "prompt_id" };
        }

        return null;
    }

    private static bool IsCanonical(string id) => Guid.TryParseExact(id, "D", out var parsed) && parsed.ToString("D") == id;

    private static ApiError Stopping() =>
        new(StatusCodes.Status503ServiceUnavailable, "stopping", "The gateway is stopping and takes no more jobs; those it has are kept. Try again in a moment.")
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    [LoggerMessage(1, LogLevel.Error, "Jobs are refused until they can be journalled: {Reason}")]
    private partial void LogNotJournalled(string reason);

    [LoggerMessage(2, LogLevel.Information, "Jobs are taken again; {Count} requests were refused because they could not be journalled")]
    private partial void LogJournalledAgain(long count);
}
