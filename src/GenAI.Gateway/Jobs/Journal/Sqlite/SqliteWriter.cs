using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>
/// The one thread that writes. What comes while a commit is being made durable is committed together in the next, so that many
/// callers share the cost of one.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostWaiting = 1024;
    private const int MostPerCommit = 256;

    private readonly Channel<IWrite> _writes = Channel.CreateBounded<IWrite>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteSession _session;
    private readonly string _path;
    private bool _waitsForDisk = true;

    /// <param name="session">Belongs to the writer from now on.</param>
    public SqliteWriter(SqliteSession session, string path)
    {
        _session = session;
        _path = path;
        new Thread(Run) { IsBackground = true, Name = "journal writer" }.Start();
    }

    /// <summary>Returns what the change returns, once it is durable.</summary>
    /// <param name="change">Made inside the writer's transaction.</param>
    /// <param name="cancellationToken">Gives up only what has not been handed in.</param>
    /// <param name="onDisk">
    /// False: it is enough that the operating system has it. The end of this process does not touch it then; a power cut may take it back,
    /// with all that was written after it, unless something later was waited for.
    /// </param>
    /// <exception cref="JournalException">It could not be written, and was not.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> change, CancellationToken cancellationToken, bool onDisk = true)
    {
        var write = new Write<T>(change, onDisk);
        try
        {
            await _writes.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new JournalException($"The journal {_path} is closed: the gateway is stopping.", exception);
        }

        // From here on it is written, whether the caller waits or not.
        return await write.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _stopped.Task;
    }

    private void Run()
    {
        var group = new List<IWrite>(MostPerCommit);
        // The thread is this loop's own: nothing else waits for it.
        while (_writes.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (group.Count < MostPerCommit && _writes.Reader.TryRead(out var write)) group.Add(write);
            Commit(group);
            group.Clear();
        }

        _session.Dispose();
        _stopped.SetResult();
    }

    /// <summary>All in one commit; where that fails each in its own, so that one that cannot be written fails alone.</summary>
    private void Commit(List<IWrite> group)
    {
        if (TryCommit(group) is not { } failure) return;
        if (group.Count == 1) group[0].Fail(failure);
        else foreach (var write in group) Commit([write]);
    }

    private Exception? TryCommit(List<IWrite> group)
    {
        try
        {
            WaitForDisk(group.Exists(write => write.OnDisk));
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var write in group) write.Apply(_session);
            _session.Execute("COMMIT");
            foreach (var write in group) write.Succeed();
            return null;
        }
        catch (SqliteException failure)
        {
            RollBack();
            return SqliteFailures.Of(failure, _path);
        }
        catch (Exception failure)
        {
            // Whatever a change throws is its caller's to see; the thread must go on for the others.
            RollBack();
            return failure;
        }
    }

    /// <summary>Whether commits are to be made durable from now on; the waiting is most of what one costs.</summary>
    private void WaitForDisk(bool wait)
    {
        if (wait == _waitsForDisk) return;
        _session.Execute(wait ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        _waitsForDisk = wait;
    }

    private void RollBack()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does on a full disk: there is no transaction any more.
        }
    }

    private interface IWrite
    {
        bool OnDisk { get; }

        void Apply(SqliteSession session);

        void Succeed();

        void Fail(Exception failure);
    }

    private sealed class Write<T>(Func<SqliteSession, T> change, bool onDisk) : IWrite
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public bool OnDisk => onDisk;

        public Task<T> Done => _done.Task;

        public void Apply(SqliteSession session) => _result = change(session);

        public void Succeed() => _done.SetResult(_result);

        public void Fail(Exception failure) => _done.SetException(failure);
    }
}
