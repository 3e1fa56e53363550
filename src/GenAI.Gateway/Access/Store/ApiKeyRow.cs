using System.Data.Common;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Keys;

namespace GenAI.Gateway.Access.Store;

/// <summary>Between an <see cref="ApiKey"/> and its row.</summary>
internal static class ApiKeyRow
{
    private const char Separator = '\n';

    public static IEnumerable<(string Name, object? Value)> Changing(ApiKey key) =>
    [
        ("id", key.Id), ("shown", key.Shown), ("hash", key.Hash.ToArray()),
        ("previous_hash", key.PreviousHash.IsEmpty ? null : key.PreviousHash.ToArray()),
        ("previous_valid_until", Number(key.PreviousValidUntil)), ("revoked_at", Number(key.RevokedAt)),
    ];

    public static IEnumerable<(string Name, object? Value)> All(ApiKey key) =>
    [
        .. Changing(key), ("name", key.Name), ("scopes", (int)key.Scopes), ("models", string.Join(Separator, key.Models)), ("weight", key.Weight),
        ("requests_per_minute", key.Quotas.RequestsPerMinute), ("concurrent_jobs", key.Quotas.ConcurrentJobs),
        ("queued_jobs", key.Quotas.QueuedJobs), ("pixel_steps_per_day", key.Quotas.PixelStepsPerDay),
        ("created_at", key.CreatedAt.ToUnixTimeMilliseconds()), ("expires_at", Number(key.ExpiresAt)),
    ];

    public static ApiKey Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Shown = row.GetString(2),
        Hash = [.. row.GetFieldValue<byte[]>(3)],
        PreviousHash = row.IsDBNull(4) ? [] : [.. row.GetFieldValue<byte[]>(4)],
        PreviousValidUntil = Time(row, 5),
        Scopes = (Scopes)row.GetInt32(6),
        Models = [.. row.GetString(7).Split(Separator, StringSplitOptions.RemoveEmptyEntries)],
        Weight = row.GetDouble(8),
        Quotas = new KeyQuotas
        {
            RequestsPerMinute = row.IsDBNull(9) ? null : row.GetInt32(9),
            ConcurrentJobs = row.IsDBNull(10) ? null : row.GetInt32(10),
            QueuedJobs = row.IsDBNull(11) ? null : row.GetInt32(11),
            PixelStepsPerDay = row.IsDBNull(12) ? null : row.GetInt64(12),
        },
        CreatedAt = Time(row, 13)!.Value,
        ExpiresAt = Time(row, 14),
        RevokedAt = Time(row, 15),
    };

    public static DbCommand Command(this DbConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static long? Number(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
