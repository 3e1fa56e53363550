using System.Data.Common;
using Npgsql;

namespace GenAI.Gateway.Access.Store;

/// <summary>The database of the jobs, which every gateway of the queue shares.</summary>
/// <exception cref="AccessStoreException">The connection string cannot be read.</exception>
internal sealed class PostgresAccessDatabase(string connectionString) : IAccessDatabase
{
    private readonly NpgsqlDataSource _source = Create(connectionString);

    public string Description
    {
        get
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return $"PostgreSQL at {settings.Host}:{settings.Port}, database {settings.Database}, of ConnectionStrings:jobs";
        }
    }

    public bool IsShared => true;

    public string BytesType => "BYTEA";

    public async Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        return await work(connection);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlDataSource Create(string connectionString)
    {
        try
        {
            return NpgsqlDataSource.Create(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new AccessStoreException(
                $"ConnectionStrings:jobs is no connection string of PostgreSQL; expected Host=…;Database=…;Username=…;Password=…. {exception.Message}", exception);
        }
    }
}
