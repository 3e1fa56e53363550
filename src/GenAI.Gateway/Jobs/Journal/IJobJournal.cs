namespace GenAI.Gateway.Jobs.Journal;

/// <summary>
/// Where accepted jobs are kept so that nothing loses them: SQLite for one gateway, PostgreSQL for several on one queue. Every method
/// may be called from any thread and none blocks it; writes are grouped into one commit with those that come meanwhile.
/// </summary>
internal interface IJobJournal : IAsyncDisposable
{
    /// <summary>Creates or migrates what it needs. Nothing else is called before.</summary>
    /// <exception cref="JournalException">It cannot be used; the message says why and what to do.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Returns when the jobs are durable, all of them or none, each with its <see cref="Job.Number"/>.</summary>
    /// <returns>The jobs as journalled; or, for one whose idempotency key or id the journal has already, the job that has it.</returns>
    Task<IReadOnlyList<AcceptedJob>> AcceptAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken);

    /// <summary>
    /// Binds a queued job to an instance for this gateway. With several gateways only one of them gets it, and an instance never has more
    /// than <paramref name="slots"/> jobs of all of them.
    /// </summary>
    /// <remarks>It outlasts this process at once, and a power cut once the job's begin (<see cref="UpdateAsync"/>) is written.</remarks>
    /// <returns>The job with the new attempt; null when another gateway has the job or the instance's slots, or when it was cancelled.</returns>
    Task<Job?> TryClaimAsync(string id, string instance, int slots, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the job's next record, unless it has ended. Returns when it is durable; of a job that has made something it outlasts a power cut from
    /// its end on.
    /// </summary>
    /// <exception cref="JobTakenException">Another gateway has the job since; nothing was written.</exception>
    Task UpdateAsync(Job job, CancellationToken cancellationToken);

    /// <summary>Writes the job's end with its result, unless it has ended. Returns when it is durable.</summary>
    /// <exception cref="JobTakenException">Another gateway has the job since; nothing was written.</exception>
    Task EndAsync(Job job, ReadOnlyMemory<byte> result, CancellationToken cancellationToken);

    Task<Job?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The job that has the owner's idempotency key.</summary>
    Task<Job?> FindByKeyAsync(string owner, string key, CancellationToken cancellationToken);

    Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken);

    Task<ReadOnlyMemory<byte>?> ReadPayloadAsync(string id, CancellationToken cancellationToken);

    Task<ReadOnlyMemory<byte>?> ReadResultAsync(string id, CancellationToken cancellationToken);

    /// <summary>Every job that has not ended, by number: what a gateway starts with.</summary>
    IAsyncEnumerable<Job> ReadOpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Says that this gateway lives, and takes over the claimed jobs of gateways that have not said so for longer than
    /// <paramref name="lease"/>, by the database's clock. Those that SQLite has from before the start are taken over at the first call.
    /// </summary>
    /// <returns>The jobs taken over, dispatched or running on an instance, to be adopted or given back.</returns>
    Task<IReadOnlyList<Job>> RenewAsync(TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// What other gateways do to jobs, as it happens, after what they did since the journal was opened or this was last broken off. Never
    /// ends, and yields nothing where there is one gateway only.
    /// </summary>
    /// <param name="known">The ids of the jobs that this gateway believes to be open; asked for when the watch begins.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="JournalException">It was broken off; to be called again.</exception>
    IAsyncEnumerable<JobNotice> WatchAsync(Func<IReadOnlyCollection<string>> known, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the gateway that has the job to cancel it (told by <see cref="WatchAsync"/>). The wish is kept with the job: whoever has it next
    /// hears of it.
    /// </summary>
    Task RequestCancelAsync(string id, CancellationToken cancellationToken);

    /// <summary>Whether other gateways hear what this one does.</summary>
    bool HasListeners => false;

    /// <summary>Tells other gateways what happens to jobs under this one, for their clients. What cannot be told is left out.</summary>
    Task RelayAsync(IReadOnlyList<JobRelay> relays, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Gives an output a name that no other in the journal has, the wanted one if it is free.</summary>
    Task<string> ReserveNameAsync(string type, string subfolder, string filename, string jobId, CancellationToken cancellationToken);

    /// <summary>The newest output of that name, by whichever job.</summary>
    Task<(Job Job, JobOutput Output)?> FindOutputAsync(string type, string subfolder, string filename, CancellationToken cancellationToken);

    /// <summary>Deletes ended jobs beyond the limits, the oldest first.</summary>
    /// <returns>Hashes that no job refers to any more.</returns>
    Task<IReadOnlyList<string>> PruneAsync(JobRetention retention, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Deletes one ended job.</summary>
    /// <returns>Hashes that no job refers to any more; null when there is no such job or it has not ended.</returns>
    Task<IReadOnlyList<string>?> ForgetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Which of the hashes no job refers to: what a crash may have left in the store.</summary>
    Task<IReadOnlyList<string>> FindUnusedAsync(IReadOnlyList<string> hashes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);
}

/// <summary>A job to be accepted; its <see cref="Job.Number"/> is given by the journal.</summary>
internal sealed record NewJob(Job Job, ReadOnlyMemory<byte> Payload);

/// <param name="IsNew">False: the journal had the id or the idempotency key already, and this is the job that has it.</param>
internal sealed record AcceptedJob(Job Job, bool IsNew);

/// <param name="MaxAge">How long an ended job is kept.</param>
/// <param name="MaxCount">How many ended jobs are kept.</param>
/// <param name="MaxBytes">How many bytes of outputs are kept.</param>
internal sealed record JobRetention(TimeSpan MaxAge, int MaxCount, long MaxBytes);

/// <summary>Something that another gateway did.</summary>
internal abstract record JobNotice;

/// <summary>The job is new or in another state.</summary>
internal sealed record JobNoticed(Job Job) : JobNotice;

/// <summary>The job is not in the journal any more: it ended, and was not kept.</summary>
internal sealed record JobForgotten(string Id) : JobNotice;

/// <summary>The job is to be cancelled by whichever gateway has it.</summary>
internal sealed record JobCancelRequested(string Id) : JobNotice;

/// <summary>Something happens to a job under another gateway.</summary>
internal sealed record JobRelayed(JobRelay Relay) : JobNotice;

/// <summary>The journal cannot be used.</summary>
internal sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another gateway has the job: this one was silent for so long that it was taken for dead, or the other was first.</summary>
internal sealed class JobTakenException(string id) : Exception($"Another gateway has job {id}.")
{
    public string Id => id;
}
