using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Npgsql;
using static GenAI.Gateway.Jobs.Journal.Postgres.PostgresCommands;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>
/// Hears what other gateways do, over a connection of its own. A notification that nobody hears is lost, so each watch begins with what has
/// changed since the last one: first it listens, then it reads.
/// </summary>
internal sealed class JobWatch(PostgresDatabase database)
{
    private const int MostWaiting = 1024;

    /// <summary>How often a connection that says nothing is asked whether it still lives.</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    private volatile ChannelWriter<JobNotice>? _current;
    private DateTime _since;

    /// <summary>From when on changes are of interest: the database's time, before the open jobs are read.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) =>
        _since = await database.RunAsync((connection, stop) => NowAsync(connection, stop), cancellationToken);

    /// <inheritdoc cref="IJobJournal.WatchAsync"/>
    public async IAsyncEnumerable<JobNotice> WatchAsync(
        Func<IReadOnlyCollection<string>> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var notices = Channel.CreateBounded<JobNotice>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listening = ListenAsync(known, notices.Writer, stop.Token);
        _current = notices.Writer;
        try
        {
            await foreach (var notice in notices.Reader.ReadAllAsync(cancellationToken)) yield return notice;
        }
        finally
        {
            await stop.CancelAsync();
            await listening;
        }
    }

    /// <summary>Of this gateway to itself. While nobody watches it is left out: the next watch finds it in the tables.</summary>
    public async Task TellAsync(JobNotice notice, CancellationToken cancellationToken)
    {
        if (_current is not { } notices) return;
        try
        {
            await notices.WriteAsync(notice, cancellationToken);
        }
        catch (Exception exception) when (exception is ChannelClosedException or JournalException)
        {
            // The watch was just broken off.
        }
    }

    /// <summary>Never throws: how it ended is told to whoever reads the notices.</summary>
    private async Task ListenAsync(Func<IReadOnlyCollection<string>> known, ChannelWriter<JobNotice> notices, CancellationToken cancellationToken)
    {
        // Not on the thread that asks.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await using var connection = await database.Watching.OpenConnectionAsync(cancellationToken);
            var heard = new Queue<string>();
            connection.Notification += (_, notification) => heard.Enqueue(notification.Payload);
            await connection.Command($"LISTEN {PostgresDatabase.Channel}").ExecuteAsync(cancellationToken);
            await CatchUpAsync(connection, known(), notices, cancellationToken);
            while (true)
            {
                while (heard.Count > 0) await PassOnAsync(connection, heard, notices, cancellationToken);
                if (!await connection.WaitAsync(PingInterval, cancellationToken)) _since = await NowAsync(connection, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            notices.TryComplete();
        }
        catch (Exception exception)
        {
            notices.TryComplete(PostgresDatabase.IsOfDatabase(exception) ? database.Failure(exception) : exception);
        }
    }

    private async Task CatchUpAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> known, ChannelWriter<JobNotice> notices, CancellationToken cancellationToken)
    {
        var now = await NowAsync(connection, cancellationToken);
        // What was changed earlier may have become visible later.
        var since = _since - PostgresDatabase.LongestTransaction;
        await WriteAsync(connection.Command(
            "SELECT number, record, id FROM jobs WHERE state < 3 AND changed_at >= $1 AND gateway IS DISTINCT FROM $2 ORDER BY number", since, database.Gateway));
        await WriteAsync(connection.Command(
            "SELECT number, record, known.id FROM unnest($1) AS known (id) LEFT JOIN jobs ON jobs.id = known.id WHERE jobs.id IS NULL OR state >= 3",
            (object)known.ToArray()));
        var wishes = await connection.Command("SELECT id FROM jobs WHERE state IN (1, 2) AND cancel AND gateway = $1", database.Gateway)
            .AllAsync(reader => reader.GetString(0), cancellationToken);
        foreach (var id in wishes) await notices.WriteAsync(new JobCancelRequested(id), cancellationToken);
        _since = now;

        async Task WriteAsync(NpgsqlCommand command)
        {
            await using (command)
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                    await notices.WriteAsync(reader.IsDBNull(0) ? new JobForgotten(reader.GetString(2)) : new JobNoticed(ReadJob(reader)), cancellationToken);
            }
        }
    }

    /// <summary>All that was heard: the jobs as they are now, each once.</summary>
    private async Task PassOnAsync(NpgsqlConnection connection, Queue<string> heard, ChannelWriter<JobNotice> notices, CancellationToken cancellationToken)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var (wishes, relays) = (new List<string>(), new List<JobRelay>());
        while (heard.TryDequeue(out var text))
        {
            if (JobNote.Read(text) is not { } note) continue;
            if (note.Kind == JobNote.CancelKind) wishes.AddRange(note.Jobs);
            else if (note.Gateway == database.Gateway) continue;
            else if (note.Kind == JobNote.ChangedKind) changed.UnionWith(note.Jobs);
            else if (note.Kind == JobNote.RelayKind && JobRelay.Read(note.Body) is { } relay) relays.Add(relay);
        }

        // Before the changes, which may be ends: after its end nothing happens to a job.
        foreach (var relay in relays) await notices.WriteAsync(new JobRelayed(relay), cancellationToken);
        if (changed.Count > 0)
        {
            // What is this gateway's by now, it knows better.
            var rows = await connection.Command(
                "SELECT number, record, known.id, gateway IS NOT DISTINCT FROM $2 FROM unnest($1) AS known (id) LEFT JOIN jobs ON jobs.id = known.id ORDER BY number",
                changed.ToArray(), database.Gateway)
                .AllAsync(reader => (Id: reader.GetString(2), Job: reader.IsDBNull(0) ? null : ReadJob(reader), IsOurs: reader.GetBoolean(3)), cancellationToken);
            foreach (var (id, job, isOurs) in rows)
            {
                if (job is null) await notices.WriteAsync(new JobForgotten(id), cancellationToken);
                else if (!isOurs) await notices.WriteAsync(new JobNoticed(job), cancellationToken);
            }
        }

        foreach (var id in wishes) await notices.WriteAsync(new JobCancelRequested(id), cancellationToken);
    }

    private static Task<DateTime> NowAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.Command("SELECT clock_timestamp()").FirstAsync(reader => reader.GetDateTime(0), cancellationToken);
}
