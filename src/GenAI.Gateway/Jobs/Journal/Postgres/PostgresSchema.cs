using Npgsql;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>The journal's tables, in the schema <c>genai</c>, brought up to date step by step.</summary>
internal static class PostgresSchema
{
    /// <summary>Held while the tables change: of several gateways that start at once, one changes them and the others wait.</summary>
    private const long MigrationLock = 0x67656e61695f6d67;

    /// <summary>Step n makes version n + 1. A step that has been released never changes.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE jobs (
            id text COLLATE "C" PRIMARY KEY,
            number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
            model text NOT NULL,
            owner text NOT NULL,
            idempotency_key text,
            accept_token uuid NOT NULL,
            accepted_at timestamptz NOT NULL,
            state smallint NOT NULL DEFAULT 0,
            attempts int NOT NULL DEFAULT 0,
            instance text,
            gateway text,
            cancel boolean NOT NULL DEFAULT false,
            execution_seconds double precision,
            ended_at timestamptz,
            output_bytes bigint NOT NULL DEFAULT 0,
            changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            changed_by text NOT NULL,
            record bytea NOT NULL,
            payload bytea NOT NULL,
            result bytea
        );
        CREATE UNIQUE INDEX jobs_by_idempotency_key ON jobs (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE INDEX jobs_open ON jobs (number) WHERE state < 3;
        CREATE INDEX jobs_claimed ON jobs (instance, gateway) WHERE state IN (1, 2);
        CREATE INDEX jobs_ended ON jobs (ended_at DESC, number DESC) WHERE state >= 3;
        CREATE INDEX jobs_by_owner ON jobs (owner, number);
        CREATE INDEX jobs_by_model ON jobs (model, number);
        CREATE INDEX jobs_by_change ON jobs (changed_at);
        CREATE TABLE job_outputs (
            job_id text COLLATE "C" NOT NULL REFERENCES jobs ON DELETE CASCADE,
            ordinal int NOT NULL,
            type text NOT NULL,
            subfolder text NOT NULL,
            filename text NOT NULL,
            hash text NOT NULL,
            PRIMARY KEY (job_id, ordinal)
        );
        CREATE INDEX job_outputs_by_name ON job_outputs (filename, subfolder, type);
        CREATE INDEX job_outputs_by_hash ON job_outputs (hash);
        CREATE TABLE output_names (
            filename text NOT NULL,
            subfolder text NOT NULL,
            type text NOT NULL,
            job_id text COLLATE "C" NOT NULL,
            PRIMARY KEY (filename, subfolder, type)
        );
        CREATE INDEX output_names_by_job ON output_names (job_id);
        CREATE TABLE gateways (
            id text PRIMARY KEY,
            seen_at timestamptz NOT NULL
        );
        CREATE TABLE relayed (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            body text NOT NULL
        );
        """,
    ];

    public static async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync($"SELECT pg_advisory_xact_lock({MigrationLock})");
        await ExecuteAsync("CREATE SCHEMA IF NOT EXISTS genai");
        await ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (version int NOT NULL)");
        await using var read = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection, transaction);
        var version = (int)(await read.ExecuteScalarAsync(cancellationToken))!;
        if (version > Steps.Length)
        {
            throw new JournalException(
                $"The job database has version {version} of the tables, this gateway knows {Steps.Length}: use a gateway at least as new as the newest that has run on it.");
        }

        for (; version < Steps.Length; version++)
        {
            await ExecuteAsync(Steps[version]);
            await ExecuteAsync($"INSERT INTO schema_version VALUES ({version + 1})");
        }

        await transaction.CommitAsync(cancellationToken);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
