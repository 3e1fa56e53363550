using System.Text.Json.Serialization;

namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary>A file that a client uploaded, or what it replaced: that is kept a while longer, since jobs that wait may have been given it.</summary>
/// <param name="At">When it was uploaded or last used, or replaced.</param>
internal sealed record Upload(
    [property: JsonPropertyName("t")] string Type,
    [property: JsonPropertyName("s")] string Subfolder,
    [property: JsonPropertyName("n")] string Name,
    [property: JsonPropertyName("h")] string Hash,
    [property: JsonPropertyName("b")] long Bytes,
    [property: JsonPropertyName("at")] DateTimeOffset At)
{
    [JsonPropertyName("r")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsReplaced { get; init; }
}
