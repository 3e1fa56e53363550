using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Access.Usage;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Access;

/// <summary>What a caller has in the gateway now.</summary>
internal readonly record struct CallerLoad(int Queued, int Running);

/// <summary>Whether a caller's quotas allow more jobs. Asked by the desk before the journal.</summary>
internal sealed class JobAdmission(KeyRing ring, UsageLedger ledger, TimeProvider clock)
{
    /// <summary>When a place among so many waiting or running jobs becomes free is not known here; images take seconds.</summary>
    private static readonly TimeSpan PlaceWait = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Charges the jobs to the caller, or says why not: 403 for a model that the key may not use, 429 with Retry-After for a quota.
    /// All of them or none.
    /// </summary>
    public ApiError? Admit(Caller caller, string model, IReadOnlyList<JobDemand> demands, CallerLoad load)
    {
        var now = clock.GetUtcNow();
        var usage = ledger.Of(caller.Id);
        var quotas = ring.TryGet(caller.Id, out var entry) ? entry.Key.Quotas : new KeyQuotas();
        var error = CheckRights(caller, model) ?? CheckPlaces(caller, quotas, demands.Count, load) ?? Charge(caller, usage, quotas, demands, now);
        if (error is not null) usage.CountRefusal();
        return error;
    }

    /// <summary>Gives back what <see cref="Admit"/> charged, for a job that has ended without an instance having begun it.</summary>
    public void RefundUnlessBegun(Job job)
    {
        if (job.State is not (JobState.Cancelled or JobState.Failed) || job.Attempts.Any(attempt => attempt.StartedAt is not null)) return;
        // Of a day that is over nothing is left to be given back.
        if (job.AcceptedAt.UtcDateTime.Date == clock.GetUtcNow().UtcDateTime.Date) Refund(job.Owner, [job.Demand]);
    }

    /// <summary>Gives back what <see cref="Admit"/> charged, for jobs that were refused after it.</summary>
    public void Refund(string callerId, IReadOnlyList<JobDemand> demands) =>
        ledger.Of(callerId).Today(clock.GetUtcNow()).Refund(UsageAmount.Of(demands));

    private static ApiError? CheckRights(Caller caller, string model)
    {
        if (!caller.May(Scopes.Generate))
        {
            return new ApiError(StatusCodes.Status403Forbidden, "missing_scope",
                $"The API key '{caller.Id}' has not the scope {KeyScopes.Generate}, which making images needs.");
        }

        return caller.MayUse(model) ? null : Refusals.Model(caller, model);
    }

    private static ApiError? CheckPlaces(Caller caller, KeyQuotas quotas, int jobs, CallerLoad load) =>
        CheckPlace("concurrent_jobs", "waiting or running", quotas.ConcurrentJobs, load.Queued + load.Running, caller, jobs)
        ?? CheckPlace("queued_jobs", "waiting", quotas.QueuedJobs, load.Queued, caller, jobs);

    private static ApiError? CheckPlace(string quota, string state, int? most, int present, Caller caller, int jobs)
    {
        if (most is null || present + jobs <= most) return null;
        var never = jobs > most;
        return new ApiError(StatusCodes.Status429TooManyRequests, "quota_exceeded",
            $"The API key '{caller.Id}' has {present} jobs {state} and asks for {jobs} more; its quota {quota} is {most}."
            + (never ? " The request must be split." : " Try again when one has ended."))
        {
            RetryAfter = never ? null : PlaceWait,
            Retry = never ? false : null,
        };
    }

    private static ApiError? Charge(Caller caller, KeyUsage usage, KeyQuotas quotas, IReadOnlyList<JobDemand> demands, DateTimeOffset now)
    {
        var amount = UsageAmount.Of(demands);
        if (usage.TryCharge(amount, quotas.PixelStepsPerDay, now)) return null;

        var never = amount.PixelSteps > quotas.PixelStepsPerDay;
        return new ApiError(StatusCodes.Status429TooManyRequests, "quota_exceeded",
            $"The API key '{caller.Id}' has used {usage.Today(now).Amount.PixelSteps} of its {quotas.PixelStepsPerDay} pixel-steps of today (UTC), "
            + $"and this is {amount.PixelSteps} more." + (never ? " It is more than a whole day's." : ""))
        {
            RetryAfter = never ? null : UntilTomorrow(now),
            Retry = false,
        };
    }

    private static TimeSpan UntilTomorrow(DateTimeOffset now) => TimeSpan.FromDays(1) - now.UtcDateTime.TimeOfDay;
}
