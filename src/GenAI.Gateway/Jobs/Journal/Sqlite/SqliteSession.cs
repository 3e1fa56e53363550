using System.Data;
using Microsoft.Data.Sqlite;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>A connection with its statements, each prepared once. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    // A lock is held for the length of a commit; one that lasts longer is somebody else's.
    private const int BusySeconds = 5;
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);

    static SqliteSession() => SQLitePCL.Batteries.Init();

    public SqliteSession(string path, bool readOnly = false)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path, Pooling = false, DefaultTimeout = BusySeconds,
            Mode = readOnly ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate,
        }.ToString());
        _connection.Open();
        if (readOnly) Execute("PRAGMA query_only = ON");
    }

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>Several statements that are run once.</summary>
    public void Script(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>A whole number; 0 where there is none.</summary>
    public long Scalar(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteScalar() as long? ?? 0;

    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    public List<T> All<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using var reader = Bind(sql, values).ExecuteReader();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _connection.Dispose();
    }

    /// <summary>The statement's parameters are <c>$1</c>, <c>$2</c>… in the order of the values.</summary>
    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}", Direction = ParameterDirection.Input });
            _statements[sql] = command;
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
