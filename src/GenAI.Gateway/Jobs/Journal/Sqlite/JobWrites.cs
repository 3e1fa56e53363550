using System.Diagnostics;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>What is written about a job, inside the writer's transaction.</summary>
internal static class JobWrites
{
    /// <summary>
    /// A job whose idempotency key is known stands for the one that has it. One whose id alone is known is a mistake of its maker's,
    /// for which none of them is taken.
    /// </summary>
    public static IReadOnlyList<AcceptedJob> Accept(SqliteSession session, IReadOnlyList<NewJob> jobs, byte[][] records)
    {
        var known = jobs.Select(job => Known(session, job.Job)).ToArray();
        if (known.Zip(jobs).Any(pair => pair.First is { } other && !SameKey(other, pair.Second.Job)))
            return [.. jobs.Select((job, i) => new AcceptedJob(known[i] ?? job.Job, IsNew: false))];

        var accepted = new AcceptedJob[jobs.Count];
        for (var i = 0; i < jobs.Count; i++)
            accepted[i] = known[i] is { } other ? new AcceptedJob(other, IsNew: false) : Insert(session, jobs[i], records[i]);
        return accepted;
    }

    public static Job? TryClaim(SqliteSession session, string id, string instance, DateTimeOffset now)
    {
        if (JobReads.Find(session, id) is not { State: JobState.Queued } job) return null;
        var claimed = job with { State = JobState.Dispatched, Attempts = job.Attempts.Add(new JobAttempt(instance, now)) };
        Update(session, claimed, JobJson.Write(claimed));
        return claimed;
    }

    /// <returns>False when the job has ended or is not there: an end is never left.</returns>
    public static bool Update(SqliteSession session, Job job, byte[] record)
    {
        Debug.Assert(!job.State.HasEnded(), "An end is written with its result.");
        var changed = session.Execute(
            "UPDATE jobs SET state = $2, record = $3 WHERE id = $1 AND state < $4", job.Id, (int)job.State, record, (int)JobState.Completed) == 1;
        if (changed && !job.Outputs.IsEmpty) Refer(session, job);
        return changed;
    }

    public static bool End(SqliteSession session, Job job, byte[] record, byte[] result)
    {
        var seconds = job.EndedAt is { } end && job.StartedAt is { } start ? (end - start).TotalSeconds : (double?)null;
        var number = session.First(
            "SELECT number FROM jobs WHERE id = $1 AND state < $2", reader => reader.GetInt64(0), job.Id, (int)JobState.Completed);
        if (number == 0) return false;

        session.Execute(
            "UPDATE jobs SET state = $2, record = $3, ended_at = $4, seconds = $5, bytes = $6 WHERE number = $1",
            number, (int)job.State, record, job.EndedAt?.UtcTicks, seconds, job.Outputs.Sum(output => output.Bytes));
        session.Execute("INSERT OR REPLACE INTO results VALUES ($1, $2)", number, result);
        Refer(session, job);
        return true;
    }

    private static AcceptedJob Insert(SqliteSession session, NewJob job, byte[] record)
    {
        session.Execute(
            "INSERT INTO jobs (id, model, owner, state, idempotency_key, workflow, record) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            job.Job.Id, job.Job.Model, job.Job.Owner, (int)job.Job.State, job.Job.IdempotencyKey, job.Job.WorkflowId, record);
        var number = session.Scalar("SELECT last_insert_rowid()");
        session.Execute("INSERT INTO payloads VALUES ($1, $2)", number, job.Payload.ToArray());
        return new AcceptedJob(job.Job with { Number = number }, IsNew: true);
    }

    private static Job? Known(SqliteSession session, Job job) =>
        (job.IdempotencyKey is null ? null : JobReads.FindByKey(session, job.Owner, job.IdempotencyKey)) ?? JobReads.Find(session, job.Id);

    private static bool SameKey(Job known, Job job) =>
        job.IdempotencyKey is { } key && string.Equals(known.IdempotencyKey, key, StringComparison.Ordinal)
        && string.Equals(known.Owner, job.Owner, StringComparison.Ordinal);

    private static void Refer(SqliteSession session, Job job)
    {
        foreach (var output in job.Outputs)
            session.Execute("INSERT OR IGNORE INTO contents SELECT $1, number FROM jobs WHERE id = $2", output.Hash, job.Id);
    }
}
