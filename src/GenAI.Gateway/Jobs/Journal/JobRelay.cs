using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenAI.Gateway.Jobs.Journal;

/// <summary>Something that happens to a job under one gateway, for the clients of the others: a socket's message, or how far the job is.</summary>
/// <param name="Type">Of the message; null for progress.</param>
/// <param name="Data">The message's.</param>
internal sealed record JobRelay(
    string Id, string? Type = null, JsonElement? Data = null, double Fraction = 0, int Value = 0, int Max = 0, string? Node = null)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>Null for what is not passed on.</summary>
    public static JobRelay? Of(JobEvent happened) => happened switch
    {
        JobMessage message => new JobRelay(message.Job.Id, message.Type, JsonSerializer.Deserialize<JsonElement>(message.Data.Span)),
        JobProgressed progress => new JobRelay(progress.Job.Id, null, null, progress.Fraction, progress.Value, progress.Max, progress.Node),
        _ => null,
    };

    /// <param name="job">As the gateway that hears it knows it.</param>
    public JobEvent ToEvent(Job job) => Type is { } type
        ? new JobMessage(job, type, JsonSerializer.SerializeToUtf8Bytes(Data)) { IsRelayed = true }
        : new JobProgressed(job, Fraction, Value, Max, Node) { IsRelayed = true };

    public string Write() => JsonSerializer.Serialize(this, Options);

    /// <summary>Null for what no gateway sends.</summary>
    public static JobRelay? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JobRelay>(text, Options) is { Id: not null } relay ? relay : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
