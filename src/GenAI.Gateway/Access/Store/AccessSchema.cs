namespace GenAI.Gateway.Access.Store;

/// <summary>The tables, in the SQL that SQLite and PostgreSQL both speak. Times are milliseconds since 1970, days are days since 0001-01-01.</summary>
internal static class AccessSchema
{
    public const string InsertKey = """
        INSERT INTO access_keys (id, name, shown, hash, previous_hash, previous_valid_until, scopes, models, weight, requests_per_minute,
            concurrent_jobs, queued_jobs, pixel_steps_per_day, created_at, expires_at, revoked_at)
        VALUES (@id, @name, @shown, @hash, @previous_hash, @previous_valid_until, @scopes, @models, @weight, @requests_per_minute,
            @concurrent_jobs, @queued_jobs, @pixel_steps_per_day, @created_at, @expires_at, @revoked_at)
        ON CONFLICT (id) DO NOTHING
        """;

    public const string ReadKeys = """
        SELECT id, name, shown, hash, previous_hash, previous_valid_until, scopes, models, weight, requests_per_minute,
            concurrent_jobs, queued_jobs, pixel_steps_per_day, created_at, expires_at, revoked_at
        FROM access_keys ORDER BY created_at, id
        """;

    /// <summary>What may change in a key, where nobody else has changed its secret or revoked it meanwhile.</summary>
    public const string UpdateKey = """
        UPDATE access_keys
        SET shown = @shown, hash = @hash, previous_hash = @previous_hash, previous_valid_until = @previous_valid_until, revoked_at = @revoked_at
        WHERE id = @id AND hash = @expected_hash AND revoked_at IS NULL
        """;

    /// <summary>One row wins the right to have made the first key.</summary>
    public const string ClaimFirstKey = "INSERT INTO access_first_key (one, key_id) VALUES (1, @id) ON CONFLICT (one) DO NOTHING";

    public const string AddUsage = """
        INSERT INTO access_usage (key_id, day, requests, jobs, images, pixel_steps)
        VALUES (@key_id, @day, @requests, @jobs, @images, @pixel_steps)
        ON CONFLICT (key_id, day) DO UPDATE SET
            requests = access_usage.requests + excluded.requests, jobs = access_usage.jobs + excluded.jobs,
            images = access_usage.images + excluded.images, pixel_steps = access_usage.pixel_steps + excluded.pixel_steps
        """;

    public const string ReadUsageOfDay = "SELECT requests, jobs, images, pixel_steps FROM access_usage WHERE key_id = @key_id AND day = @day";

    public const string ReadUsage = """
        SELECT key_id, day, requests, jobs, images, pixel_steps FROM access_usage
        WHERE day >= @from AND (@key_id = '' OR key_id = @key_id) ORDER BY day DESC, key_id LIMIT @limit
        """;

    public const string PruneUsage = "DELETE FROM access_usage WHERE day < @before";

    public static string Create(string bytesType) => $"""
        CREATE TABLE IF NOT EXISTS access_keys (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, shown TEXT NOT NULL, hash {bytesType} NOT NULL, previous_hash {bytesType},
            previous_valid_until BIGINT, scopes INTEGER NOT NULL, models TEXT NOT NULL, weight DOUBLE PRECISION NOT NULL,
            requests_per_minute INTEGER, concurrent_jobs INTEGER, queued_jobs INTEGER, pixel_steps_per_day BIGINT,
            created_at BIGINT NOT NULL, expires_at BIGINT, revoked_at BIGINT);
        CREATE TABLE IF NOT EXISTS access_usage (
            key_id TEXT NOT NULL, day BIGINT NOT NULL, requests BIGINT NOT NULL, jobs BIGINT NOT NULL, images BIGINT NOT NULL,
            pixel_steps BIGINT NOT NULL, PRIMARY KEY (key_id, day));
        CREATE TABLE IF NOT EXISTS access_first_key (one INTEGER PRIMARY KEY, key_id TEXT NOT NULL);
        """;
}
