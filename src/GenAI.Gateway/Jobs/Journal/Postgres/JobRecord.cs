using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>A job as the column <c>record</c> holds it: UTF-8 JSON, all but its number.</summary>
internal static class JobRecord
{
    private static readonly JsonSerializerOptions Options = new()
    {
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static byte[] Write(Job job) => JsonSerializer.SerializeToUtf8Bytes(job with { Number = 0 }, Options);

    public static Job Read(long number, byte[] record) => JsonSerializer.Deserialize<Job>(record, Options)! with { Number = number };

    /// <summary>Text as PostgreSQL can hold and compare it: it knows no NUL and no half of a surrogate pair.</summary>
    public static string Storable(string text) =>
        text.AsSpan().ContainsAny('\0', '\uFFFD') || text.Any(char.IsSurrogate)
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD')
            : text;
}
