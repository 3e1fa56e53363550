using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>A few connections that only read, beside the writer and off the callers' threads.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private const int Most = 4;

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _places = new(Most);

    /// <exception cref="JournalException">The file cannot be read.</exception>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(read), cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var session)) session.Dispose();
        _places.Dispose();
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        SqliteSession? session = null;
        try
        {
            if (!_idle.TryTake(out session)) session = new SqliteSession(path, readOnly: true);
            var result = read(session);
            _idle.Add(session);
            return result;
        }
        catch (SqliteException failure)
        {
            session?.Dispose();
            throw SqliteFailures.Of(failure, path);
        }
    }
}
