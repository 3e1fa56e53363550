using System.Text.Json;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Listing;

/// <summary>A job as <c>/queue</c> and <c>/history</c> show it: <c>[number, prompt_id, prompt, extra_data, outputs_to_execute]</c>.</summary>
internal static class PromptItems
{
    /// <summary>Credentials that ComfyUI hands to some nodes and shows nobody.</summary>
    private static readonly string[] Secrets = ["auth_token_comfy_org", "api_key_comfy_org"];

    /// <summary>As in ComfyUI, a job that was put in front has a negative number.</summary>
    public static double NumberOf(Job job) => job.Priority > 0 ? -job.Number : job.Number;

    public static void Write(Utf8JsonWriter writer, Job job, JsonElement? payload)
    {
        writer.WriteStartArray();
        if (Member(payload, "number") is { ValueKind: JsonValueKind.Number } number) number.WriteTo(writer);
        else writer.WriteNumberValue(NumberOf(job));
        writer.WriteStringValue(job.Id);
        WriteObject(writer, Member(payload, "prompt"));
        WriteExtraData(writer, job, payload);
        if (Member(payload, "outputs") is { ValueKind: JsonValueKind.Array } outputs)
        {
            outputs.WriteTo(writer);
        }
        else
        {
            writer.WriteStartArray();
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    public static void WriteExtraData(Utf8JsonWriter writer, Job job, JsonElement? payload)
    {
        var extra = Member(payload, "extra_data");
        writer.WriteStartObject();
        if (extra.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in extra.EnumerateObject().Where(member => !Secrets.Contains(member.Name))) member.WriteTo(writer);
        }

        if (extra.ValueKind != JsonValueKind.Object || !extra.TryGetProperty("create_time", out _))
            writer.WriteNumber("create_time", job.AcceptedAt.ToUnixTimeMilliseconds());
        writer.WriteEndObject();
    }

    public static void WriteObject(Utf8JsonWriter writer, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            json.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        writer.WriteEndObject();
    }

    public static JsonElement Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var value) ? value : default;
}
