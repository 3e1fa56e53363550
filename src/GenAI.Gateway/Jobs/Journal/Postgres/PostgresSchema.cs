using System.Globalization;
using Npgsql;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>The journal's tables. Each version of the schema is a step from the one before; a database is brought up to date when it is opened.</summary>
internal static class PostgresSchema
{
    public const string Name = "genai";

    /// <summary>Held while the tables change: of several gateways that start at once, one changes them and the others wait.</summary>
    private const long MigrationLock = 0x67656e61695f6d67;

    // A job's record is JSON, so that a new member needs no step; what is asked for has columns of its own.
    // Ids are compared byte by byte, whatever the database's language.
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE gateways (id text PRIMARY KEY, seen_at timestamptz NOT NULL, since timestamptz NOT NULL);
        CREATE TABLE jobs (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, model text NOT NULL, owner text NOT NULL,
            idempotency_key text, workflow text, accept_token uuid NOT NULL, state smallint NOT NULL DEFAULT 0, attempts int NOT NULL DEFAULT 0, instance text,
            gateway text, cancel boolean NOT NULL DEFAULT false, seconds double precision, ended_at bigint, bytes bigint NOT NULL DEFAULT 0,
            changed_at timestamptz NOT NULL DEFAULT clock_timestamp(), changed_by text NOT NULL,
            record bytea NOT NULL, payload bytea NOT NULL, result bytea);
        CREATE UNIQUE INDEX jobs_by_idempotency_key ON jobs (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE INDEX jobs_open ON jobs (number) WHERE state < 3;
        CREATE INDEX jobs_claimed ON jobs (instance) WHERE state IN (1, 2);
        CREATE INDEX jobs_by_end ON jobs (ended_at DESC, number DESC) WHERE state >= 3;
        CREATE INDEX jobs_by_owner ON jobs (owner, number);
        CREATE INDEX jobs_by_model ON jobs (model, number);
        CREATE INDEX jobs_by_workflow ON jobs (workflow, number) WHERE workflow IS NOT NULL;
        CREATE TABLE contents (
            hash text COLLATE "C" NOT NULL, number bigint NOT NULL REFERENCES jobs ON DELETE CASCADE, PRIMARY KEY (hash, number));
        CREATE INDEX contents_by_job ON contents (number);
        CREATE TABLE names (
            type text COLLATE "C" NOT NULL, subfolder text COLLATE "C" NOT NULL, filename text COLLATE "C" NOT NULL,
            number bigint NOT NULL REFERENCES jobs ON DELETE CASCADE, PRIMARY KEY (type, subfolder, filename));
        CREATE INDEX names_by_job ON names (number);
        CREATE TABLE counters (
            type text COLLATE "C" NOT NULL, subfolder text COLLATE "C" NOT NULL, stem text COLLATE "C" NOT NULL, last bigint NOT NULL,
            PRIMARY KEY (type, subfolder, stem));
        """,
    ];

    /// <exception cref="JournalException">The tables are of a newer gateway.</exception>
    public static async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({MigrationLock})"));
        // Only where it is missing: a user who may not create one may well use it.
        if (!await ExistsAsync("SELECT 1 FROM pg_namespace WHERE nspname = $1")) await ExecuteAsync($"CREATE SCHEMA {Name}");
        await ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (version int NOT NULL)");
        await using var read = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection, transaction);
        var version = (int)(await read.ExecuteScalarAsync(cancellationToken))!;
        if (version > Steps.Length)
        {
            throw new JournalException(
                $"The job database has version {version} of the tables, made by a newer gateway; this one knows version {Steps.Length}. Start the newer one, or name another database.");
        }

        for (; version < Steps.Length; version++)
        {
            await ExecuteAsync(Steps[version]);
            await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_version VALUES ({version + 1})"));
        }

        await transaction.CommitAsync(cancellationToken);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        async Task<bool> ExistsAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { Parameters = { new() { Value = Name } } };
            return await command.ExecuteScalarAsync(cancellationToken) is not null;
        }
    }
}
