using System.Collections.Concurrent;
using System.Net.Sockets;
using Npgsql;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>The database as one gateway uses it: its connections, the gateway's name in it, and which claimed jobs it knows to be its own.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    public const string Channel = "genai_jobs";

    private readonly CancellationTokenSource _closing = new();

    /// <exception cref="JournalException">The connection string cannot be read.</exception>
    public PostgresDatabase(string connectionString, TimeProvider time)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "genai", ApplicationName = "genai-gateway" };
            if (!settings.ContainsKey("Timeout")) settings.Timeout = 5;
            if (!settings.ContainsKey("Command Timeout")) settings.CommandTimeout = 15;
            Source = NpgsqlDataSource.Create(settings);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            throw new JournalException($"ConnectionStrings:jobs is no PostgreSQL connection string (Host=…;Database=…;Username=…): {error.Message}", error);
        }

        Time = time;
    }

    public NpgsqlDataSource Source { get; }

    public TimeProvider Time { get; }

    /// <summary>New at each start: what a gateway of the same name had claimed before it died is not mistaken for this one's.</summary>
    public string Gateway { get; } = Guid.NewGuid().ToString("N");

    /// <summary>
    /// Ids of claimed jobs that the dispatcher has been given. A claim whose answer was lost with the connection is not in here, and so is
    /// found by the next renewal.
    /// </summary>
    public ConcurrentDictionary<string, bool> Held { get; } = new(StringComparer.Ordinal);

    /// <summary>Cancelled when the journal is disposed.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Runs it on a connection. A connection that turns out to be dead is replaced once, so the work must bear a repetition.</summary>
    /// <exception cref="JournalException">The database cannot be reached or refuses.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var repeated = false; ; repeated = true)
        {
            try
            {
                await using var connection = await Source.OpenConnectionAsync(cancellationToken);
                return await work(connection, cancellationToken);
            }
            catch (Exception error) when (IsOutage(error) && !repeated && !cancellationToken.IsCancellationRequested)
            {
                // An idle connection of the pool dies unnoticed with the server; the first to use it finds out.
            }
            catch (Exception error) when (error is NpgsqlException or TimeoutException or SocketException or IOException or ObjectDisposedException)
            {
                throw new JournalException($"The job database cannot be used: {error.Message}", error);
            }
        }
    }

    /// <summary>The same, tried again until it succeeds, the time is up (never, where null) or the journal is disposed.</summary>
    public async Task<T> RunPatientlyAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, TimeSpan? patience, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Closing);
        var (since, pause) = (Time.GetTimestamp(), TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                return await RunAsync(work, either.Token);
            }
            catch (JournalException error) when (IsOutage(error.InnerException) && (patience is null || Time.GetElapsedTime(since) < patience))
            {
                await Task.Delay(pause, Time, either.Token);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, TimeSpan.TicksPerSecond * 2));
            }
        }
    }

    /// <summary>Whether it may be different in a while: the server is away, starting, full, or chose this statement as a deadlock's victim.</summary>
    public static bool IsOutage(Exception? error) => error switch
    {
        PostgresException postgres => postgres.IsTransient || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal) || postgres.SqlState == PostgresErrorCodes.DiskFull,
        NpgsqlException or TimeoutException or SocketException or IOException => true,
        _ => false,
    };

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Source.DisposeAsync();
        _closing.Dispose();
    }
}
