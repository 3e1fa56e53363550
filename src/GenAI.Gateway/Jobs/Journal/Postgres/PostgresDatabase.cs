using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>The database as one gateway uses it: its connections, the gateway's name in it, and which claimed jobs it knows to be its own.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    /// <summary>On which gateways tell each other what they did.</summary>
    public const string Channel = "genai_jobs";

    private const int ConnectSeconds = 5;
    private const int CommandSeconds = 15;

    /// <summary>No transaction of ours takes longer, so that what was changed before it is visible after it.</summary>
    public static readonly TimeSpan LongestTransaction = TimeSpan.FromSeconds(60);

    private static readonly string Initialization = string.Create(
        CultureInfo.InvariantCulture,
        // A gateway that is stopped in the middle of a transaction must not hold its locks.
        $"SET idle_in_transaction_session_timeout = '{CommandSeconds}s'; SET statement_timeout = '{2 * CommandSeconds}s'");

    private readonly string _description;

    /// <exception cref="JournalException">The connection string cannot be read.</exception>
    public PostgresDatabase(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString)
            {
                SearchPath = PostgresSchema.Name, ApplicationName = "genai-gateway", NoResetOnClose = true, MaxAutoPrepare = 50, AutoPrepareMinUsages = 2,
            };
            if (!settings.ContainsKey("Timeout")) settings.Timeout = ConnectSeconds;
            if (!settings.ContainsKey("Command Timeout")) settings.CommandTimeout = CommandSeconds;
            _description = $"{settings.Host}:{settings.Port}, database {settings.Database ?? settings.Username}";
            Source = Build(settings);
            settings.Pooling = false;
            // A watch says nothing for hours; so it is noticed that the other side is gone.
            settings.TcpKeepAlive = true;
            Watching = Build(settings);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new JournalException(
                $"ConnectionStrings:{JournalChoice.ConnectionName} is no connection string of PostgreSQL; expected Host=…;Database=…;Username=…;Password=…. {exception.Message}",
                exception);
        }
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>For connections that are not shared.</summary>
    public NpgsqlDataSource Watching { get; }

    /// <summary>New at each start: what a gateway of the same name had claimed before it died is not mistaken for this one's.</summary>
    public string Gateway { get; } = Guid.NewGuid().ToString("N");

    /// <summary>
    /// Ids of claimed jobs that dispatch has been given. A claim whose answer was lost with the connection is not in here, and so is
    /// found by the next renewal.
    /// </summary>
    public ConcurrentDictionary<string, bool> Held { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs it on a connection. One that turns out to be dead is replaced once, so the work must bear a repetition.</summary>
    /// <exception cref="JournalException">The database cannot be reached, or refuses; the message says what to do.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var repeated = false; ; repeated = true)
        {
            try
            {
                await using var connection = await Source.OpenConnectionAsync(cancellationToken);
                return await work(connection, cancellationToken);
            }
            catch (DbException exception) when (!repeated && IsOutage(exception) && !cancellationToken.IsCancellationRequested)
            {
                // An idle connection of the pool dies unnoticed with the server; the first to use it finds out.
            }
            catch (Exception exception) when (IsOfDatabase(exception))
            {
                throw Failure(exception);
            }
        }
    }

    /// <summary>Whether it may be different in a while: the server is away, starting, full, or chose this statement as a deadlock's victim.</summary>
    public static bool IsOutage(Exception? exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException or TimeoutException or SocketException or IOException => true,
        _ => false,
    };

    public static bool IsOfDatabase(Exception exception) =>
        exception is NpgsqlException or TimeoutException or SocketException or IOException or ObjectDisposedException;

    /// <summary>What went wrong, and what to do about it.</summary>
    public JournalException Failure(Exception exception)
    {
        var advice = exception switch
        {
            PostgresException { SqlState: "28P01" or "28000" } => "See to the user and the password in ConnectionStrings:jobs, and to the server's pg_hba.conf.",
            PostgresException { SqlState: "3D000" } => "Create the database, or name another in ConnectionStrings:jobs.",
            PostgresException { SqlState: "42501" } => $"Let the user create and use the schema {PostgresSchema.Name}.",
            PostgresException { SqlState: "53100" } => "Free some space on its disk; the jobs accepted so far are kept.",
            PostgresException { SqlState: "53300" } => "Raise its max_connections, or lower Maximum Pool Size in ConnectionStrings:jobs.",
            ObjectDisposedException => "The gateway is stopping.",
            PostgresException { SqlState: var state } when !state.StartsWith("57P", StringComparison.Ordinal) => "The server's log has more.",
            _ => "Start it, or correct ConnectionStrings:jobs; the jobs accepted so far are kept.",
        };
        return new JournalException($"The job database at {_description} cannot be used: {exception.Message.TrimEnd('.')}. {advice}", exception);
    }

    public async ValueTask DisposeAsync()
    {
        await Watching.DisposeAsync();
        await Source.DisposeAsync();
    }

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(Initialization, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(Initialization, connection);
                await command.ExecuteNonQueryAsync();
            });
        return builder.Build();
    }
}
