using GenAI.Gateway.Access;
using GenAI.Gateway.Jobs.Journal;

namespace GenAI.Gateway.Jobs;

/// <summary>
/// Takes a job to its next record: in the journal first, then in memory, then to those who listen. While the journal cannot be written
/// (a full disk, a database that is away) it tries again: what an instance has made is not thrown away for that.
/// </summary>
internal sealed partial class JobRecorder(
    IJobJournal journal, OpenJobs open, JobEvents events, JobAdmission admission, TimeProvider clock, ILogger<JobRecorder> logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Returns when it is durable.</summary>
    /// <exception cref="JobTakenException">Another gateway has the job since.</exception>
    public async Task UpdateAsync(Job job, CancellationToken cancellationToken)
    {
        await PersistAsync(job, async () => { await journal.UpdateAsync(job, CancellationToken.None); return true; }, cancellationToken);
        Show(job);
    }

    /// <summary>Returns when the end is durable.</summary>
    /// <exception cref="JobTakenException">Another gateway has the job since.</exception>
    public async Task EndAsync(Job job, ReadOnlyMemory<byte> result, CancellationToken cancellationToken)
    {
        await PersistAsync(job, async () => { await journal.EndAsync(job, result, CancellationToken.None); return true; }, cancellationToken);
        if (TryShow(job)) admission.RefundUnlessBegun(job);
    }

    /// <summary>As <see cref="IJobJournal.ReserveNameAsync"/>.</summary>
    public Task<string> ReserveNameAsync(Job job, string type, string subfolder, string filename, CancellationToken cancellationToken) =>
        PersistAsync(job, () => journal.ReserveNameAsync(type, subfolder, filename, job.Id, CancellationToken.None), cancellationToken);

    /// <summary>For a record that is in the journal already.</summary>
    public void Show(Job job) => TryShow(job);

    private bool TryShow(Job job)
    {
        if (!open.TryReplace(job)) return false;
        events.Publish(new JobChanged(job));
        return true;
    }

    private async Task<T> PersistAsync<T>(Job job, Func<Task<T>> write, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                return await write();
            }
            catch (JournalException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                LogRetry(job.Id, job.State, pause, exception.Message);
                await Task.Delay(pause, clock, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Could not journal job {Job} as {State}; trying again in {Pause}: {Reason}")]
    private partial void LogRetry(string job, JobState state, TimeSpan pause, string reason);
}
