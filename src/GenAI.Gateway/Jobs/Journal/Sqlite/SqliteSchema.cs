using System.Globalization;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>The journal's tables. Each version of the schema is a step from the one before; a file is brought up to date when it is opened.</summary>
internal static class SqliteSchema
{
    // A job's record is JSON, so that a new member needs no step; what is asked for has columns of its own.
    // Numbers are never given twice, though jobs are deleted.
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE jobs (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, model TEXT NOT NULL, owner TEXT NOT NULL,
            state INTEGER NOT NULL, idempotency_key TEXT, ended_at INTEGER, seconds REAL, bytes INTEGER NOT NULL DEFAULT 0, record BLOB NOT NULL);
        CREATE UNIQUE INDEX jobs_by_idempotency_key ON jobs (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE INDEX jobs_by_state ON jobs (state, number);
        CREATE INDEX jobs_by_owner ON jobs (owner, number);
        CREATE INDEX jobs_by_end ON jobs (ended_at) WHERE ended_at IS NOT NULL;
        CREATE TABLE payloads (number INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE, payload BLOB NOT NULL);
        CREATE TABLE results (number INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE, result BLOB NOT NULL);
        CREATE TABLE contents (
            hash TEXT NOT NULL, number INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE, PRIMARY KEY (hash, number)) WITHOUT ROWID;
        CREATE INDEX contents_by_job ON contents (number);
        CREATE TABLE names (
            type TEXT NOT NULL, subfolder TEXT NOT NULL, filename TEXT NOT NULL,
            number INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE, PRIMARY KEY (type, subfolder, filename)) WITHOUT ROWID;
        CREATE INDEX names_by_job ON names (number);
        CREATE TABLE counters (
            type TEXT NOT NULL, subfolder TEXT NOT NULL, stem TEXT NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (type, subfolder, stem)) WITHOUT ROWID;
        """,
        """
        ALTER TABLE jobs ADD COLUMN workflow TEXT;
        CREATE INDEX jobs_by_workflow ON jobs (workflow, number) WHERE workflow IS NOT NULL;
        """,
    ];

    /// <exception cref="JournalException">The file is of a newer gateway.</exception>
    public static void Migrate(SqliteSession session)
    {
        // WAL lets reads go on beside the writer; FULL makes a commit durable before it returns.
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = FULL");
        session.Execute("PRAGMA foreign_keys = ON");
        var version = (int)session.Scalar("PRAGMA user_version");
        if (version > Steps.Length)
        {
            throw new JournalException(
                $"The journal is of version {version}, made by a newer gateway; this one knows version {Steps.Length}. Start the newer one, or name another folder.");
        }

        for (; version < Steps.Length; version++)
        {
            session.Execute("BEGIN IMMEDIATE");
            session.Script(Steps[version]);
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version + 1}"));
            session.Execute("COMMIT");
        }
    }
}
