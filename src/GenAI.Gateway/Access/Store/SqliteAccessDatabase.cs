using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace GenAI.Gateway.Access.Store;

/// <summary>A file that only the gateway's user may read. SQLite blocks, so it runs on the thread pool, one piece of work at a time.</summary>
internal sealed class SqliteAccessDatabase(string file) : IAccessDatabase
{
    private readonly SemaphoreSlim _turn = new(1);
    private SqliteConnection? _connection;
    private bool _isDisposed;

    static SqliteAccessDatabase() => SQLitePCL.Batteries_V2.Init();

    public string Description => file;

    public bool IsShared => false;

    public string BytesType => "BLOB";

    public async Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return await Task.Run(() => work(_connection ??= Open()), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_connection is not null) await _connection.DisposeAsync();
            _isDisposed = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    private SqliteConnection Open()
    {
        CreateOwnFile();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            // A key that was told to somebody, or revoked, must still be so after a power cut.
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>SQLite gives its other files the rights of this one.</summary>
    private void CreateOwnFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var created = new FileStream(file, options);
    }
}
