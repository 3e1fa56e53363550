#pragma warning disable CA1822, IDE0060, IDE0051, MA0025 // Outline only: the body follows.
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Access;

/// <summary>What a caller has in the gateway now.</summary>
internal readonly record struct CallerLoad(int Queued, int Running);

/// <summary>Whether a caller's quotas allow more jobs. Asked by the desk before the journal.</summary>
internal sealed class JobAdmission
{
    /// <summary>
    /// Charges the jobs to the caller, or says why not: 403 for a model that the key may not use, 429 with Retry-After for a quota.
    /// All of them or none.
    /// </summary>
    public ApiError? Admit(Caller caller, string model, IReadOnlyList<JobDemand> demands, CallerLoad load) => null;

    /// <summary>Gives back what <see cref="Admit"/> charged, for jobs that were refused after it or never started.</summary>
    public void Refund(string callerId, IReadOnlyList<JobDemand> demands)
    {
    }
}
