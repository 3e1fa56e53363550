using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenAI.Gateway.Jobs.Journal;

/// <summary>How a journal writes a job's record: UTF-8 JSON, of which unknown members are skipped and missing ones have their defaults.</summary>
internal static class JobJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
    };

    public static byte[] Write(Job job) => JsonSerializer.SerializeToUtf8Bytes(job, Options);

    /// <param name="record">What <see cref="Write"/> made.</param>
    /// <param name="number">The journal gives it when the record is written already.</param>
    /// <exception cref="JournalException">It is no record of a job.</exception>
    public static Job Read(ReadOnlySpan<byte> record, long number)
    {
        try
        {
            var job = JsonSerializer.Deserialize<Job>(record, Options) ?? throw new JsonException("It is null.");
            return job with { Number = number };
        }
        catch (JsonException exception)
        {
            throw new JournalException($"The journal's record of job number {number} cannot be read: {exception.Message}", exception);
        }
    }
}
