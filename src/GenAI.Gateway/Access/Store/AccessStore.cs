using System.Data.Common;
using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Usage;

namespace GenAI.Gateway.Access.Store;

/// <summary>
/// Keys and usage, durable. No method is called on a request's path but those of the admin API; every one throws
/// <see cref="AccessStoreException"/> when the database cannot be used.
/// </summary>
internal sealed class AccessStore(IAccessDatabase database)
{
    private const int MaxUsageRows = 20_000;

    /// <summary>A little more than a year, so that the same month of last year can be looked at.</summary>
    private const int UsageDays = 400;

    public bool IsShared => database.IsShared;

    /// <summary>Creates what is missing. Nothing else is called before.</summary>
    public Task OpenAsync(DateOnly today, CancellationToken cancellationToken) => RunAsync(async connection =>
    {
        await using var create = connection.Command(AccessSchema.Create(database.BytesType));
        try
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (DbException exception) when (exception.SqlState is "23505" or "42P07")
        {
            // PostgreSQL: another gateway is just creating the same tables.
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var prune = connection.Command(AccessSchema.PruneUsage, ("before", (long)today.DayNumber - UsageDays));
        return await prune.ExecuteNonQueryAsync(cancellationToken);
    }, cancellationToken);

    public Task<IReadOnlyList<ApiKey>> ReadKeysAsync(CancellationToken cancellationToken) => RunAsync<IReadOnlyList<ApiKey>>(async connection =>
    {
        var keys = new List<ApiKey>();
        await using var command = connection.Command(AccessSchema.ReadKeys);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) keys.Add(ApiKeyRow.Read(reader));
        return keys;
    }, cancellationToken);

    /// <returns>False when there is a key of that id.</returns>
    public Task<bool> AddAsync(ApiKey key, CancellationToken cancellationToken) =>
        RunAsync(connection => InsertAsync(connection, null, key, cancellationToken), cancellationToken);

    /// <summary>Adds the key that a new deployment begins with.</summary>
    /// <returns>False when another gateway has done so.</returns>
    public Task<bool> AddFirstAsync(ApiKey key, CancellationToken cancellationToken) => RunAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var claim = connection.Command(AccessSchema.ClaimFirstKey, ("id", key.Id));
        claim.Transaction = transaction;
        if (await claim.ExecuteNonQueryAsync(cancellationToken) != 1) return false;
        var added = await InsertAsync(connection, transaction, key, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return added;
    }, cancellationToken);

    /// <summary>Writes a key's new secret or its end.</summary>
    /// <param name="expected">The key that it was made of.</param>
    /// <returns>False when it has been rotated or revoked since.</returns>
    public Task<bool> ReplaceAsync(ApiKey expected, ApiKey next, CancellationToken cancellationToken) => RunAsync(async connection =>
    {
        await using var command = connection.Command(
            AccessSchema.UpdateKey, [.. ApiKeyRow.Changing(next), ("expected_hash", expected.Hash.ToArray())]);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }, cancellationToken);

    /// <summary>Adds to what has been used, all of it or nothing.</summary>
    /// <returns>What has been used then, in the same order.</returns>
    public Task<IReadOnlyList<UsageAmount>> AddUsageAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<UsageAmount>>(async connection =>
        {
            var totals = new UsageAmount[entries.Count];
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            // Several gateways lock the same rows: in the same order they cannot wait for each other in a circle.
            foreach (var i in Enumerable.Range(0, entries.Count).OrderBy(i => entries[i].KeyId, StringComparer.Ordinal).ThenBy(i => entries[i].Day))
            {
                var (id, day) = (entries[i].KeyId, (long)entries[i].Day.DayNumber);
                await using var add = connection.Command(AccessSchema.AddUsage, [("key_id", id), ("day", day), .. Amounts(entries[i].Amount)]);
                add.Transaction = transaction;
                await add.ExecuteNonQueryAsync(cancellationToken);

                await using var read = connection.Command(AccessSchema.ReadUsageOfDay, ("key_id", id), ("day", day));
                read.Transaction = transaction;
                await using var reader = await read.ExecuteReaderAsync(cancellationToken);
                await reader.ReadAsync(cancellationToken);
                totals[i] = Amount(reader, 0);
            }

            await transaction.CommitAsync(cancellationToken);
            return totals;
        }, cancellationToken);

    /// <summary>From that day on, the newest first.</summary>
    public Task<IReadOnlyList<UsageEntry>> ReadUsageAsync(DateOnly from, string? keyId, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<UsageEntry>>(async connection =>
        {
            var entries = new List<UsageEntry>();
            await using var command = connection.Command(
                AccessSchema.ReadUsage, ("from", (long)from.DayNumber), ("key_id", keyId ?? ""), ("limit", MaxUsageRows));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                entries.Add(new UsageEntry(reader.GetString(0), DateOnly.FromDayNumber((int)reader.GetInt64(1)), Amount(reader, 2)));
            return entries;
        }, cancellationToken);

    private static (string, object?)[] Amounts(UsageAmount amount) =>
        [("requests", amount.Requests), ("jobs", amount.Jobs), ("images", amount.Images), ("pixel_steps", amount.PixelSteps)];

    private static UsageAmount Amount(DbDataReader reader, int first) =>
        new(reader.GetInt64(first), reader.GetInt64(first + 1), reader.GetInt64(first + 2), reader.GetInt64(first + 3));

    private static async Task<bool> InsertAsync(
        DbConnection connection, DbTransaction? transaction, ApiKey key, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(AccessSchema.InsertKey, [.. ApiKeyRow.All(key)]);
        command.Transaction = transaction;
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private async Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await database.RunAsync(work, cancellationToken);
        }
        catch (Exception exception) when (exception is DbException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            throw new AccessStoreException($"The store of API keys ({database.Description}) cannot be used: {exception.Message}", exception);
        }
    }
}
