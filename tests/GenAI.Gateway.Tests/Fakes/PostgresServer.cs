using System.Diagnostics;
using GenAI.Testing;
using Npgsql;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>
/// A PostgreSQL server of the tests' own: a new cluster in a temporary folder, on a free port of loopback, ended and deleted with the tests.
/// It refuses to run as root, so that root runs it as the user that Debian's package makes.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string ServiceUser = "postgres";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePorts.Take(1)[0];
    private string? _programs;
    private int _databases;

    private string Data => _folder.Combine("data");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await EnsureStartedAsync(cancellationToken);
        var name = $"jobs{Interlocked.Increment(ref _databases)}";
        await using var source = NpgsqlDataSource.Create(ConnectionTo("postgres"));
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionTo(name);
    }

    /// <summary>Breaks off every connection, and takes no more.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => ControlAsync(["stop", "-m", "fast"], cancellationToken);

    public Task StartAgainAsync(CancellationToken cancellationToken) => ControlAsync(["start", "-l", _folder.Combine("log")], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_programs is not null) await ControlAsync(["stop", "-m", "immediate"], CancellationToken.None);
        NpgsqlConnection.ClearAllPools();
        _folder.Dispose();
    }

    private string ConnectionTo(string database) =>
        $"Host=127.0.0.1;Port={_port};Database={database};Username={ServiceUser};Include Error Detail=true";

    private async Task EnsureStartedAsync(CancellationToken cancellationToken)
    {
        if (_programs is not null) return;
        var programs = Programs();
        Requires.True(programs is not null, "there is no PostgreSQL in /usr/lib/postgresql (Debian: postgresql)");
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", [ServiceUser, _folder.Path], cancellationToken);
        await RunAsServiceAsync(Path.Combine(programs, "initdb"), ["-D", Data, "-U", ServiceUser, "-A", "trust", "-E", "UTF8", "--no-locale"], cancellationToken);
        _programs = programs;
        await File.AppendAllTextAsync(
            Path.Combine(Data, "postgresql.conf"), $"\nlisten_addresses = '127.0.0.1'\nport = {_port}\nunix_socket_directories = ''\nmax_connections = 300\n", cancellationToken);
        await StartAgainAsync(cancellationToken);
    }

    private Task ControlAsync(string[] arguments, CancellationToken cancellationToken) =>
        RunAsServiceAsync(Path.Combine(_programs!, "pg_ctl"), ["-D", Data, "-w", "-t", $"{StartLimit.TotalSeconds}", .. arguments], cancellationToken);

    private Task RunAsServiceAsync(string program, string[] arguments, CancellationToken cancellationToken) =>
        Environment.IsPrivilegedProcess
            ? RunAsync("setpriv", [$"--reuid={ServiceUser}", $"--regid={ServiceUser}", "--clear-groups", program, .. arguments], cancellationToken)
            : RunAsync(program, arguments, cancellationToken);

    /// <summary>Without its output: the server inherits it, and would hold it open.</summary>
    private async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1", _folder.Combine("programs.log"), program, .. arguments])
        {
            WorkingDirectory = "/",
        })!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await File.ReadAllTextAsync(_folder.Combine("programs.log"), cancellationToken)}");
    }

    /// <summary>Of the newest version that is installed.</summary>
    private static string? Programs() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql")
                .Select(folder => Path.Combine(folder, "bin"))
                .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
                .MaxBy(folder => double.TryParse(Path.GetFileName(Path.GetDirectoryName(folder)), out var version) ? version : 0)
            : null;
}

/// <summary>The tests that share one server: it is started by the first of them.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
