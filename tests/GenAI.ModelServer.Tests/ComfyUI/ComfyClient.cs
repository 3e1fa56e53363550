using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GenAI.Testing;

namespace GenAI.ModelServer.Tests.ComfyUI;

/// <summary>What a ComfyUI client does over HTTP.</summary>
internal static class ComfyClient
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<JsonNode> GetJsonAsync(this HttpClient http, string path) =>
        JsonNode.Parse(await http.GetStringAsync(path, Cancel))!;

    public static async Task<(int Status, JsonNode? Body)> PostJsonAsync(this HttpClient http, string path, JsonNode body)
    {
        using var response = await http.PostAsJsonAsync(path, body, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    /// <summary>Queues the workflow and gives its id.</summary>
    public static async Task<string> SubmitAsync(this HttpClient http, JsonObject prompt, string? clientId = null, JsonObject? members = null)
    {
        var body = members?.DeepClone().AsObject() ?? [];
        body["prompt"] = prompt.DeepClone();
        if (clientId is not null) body["client_id"] = clientId;
        var (status, answer) = await http.PostJsonAsync("prompt", body);
        Assert.True(status == 200, $"{status}: {answer}");
        return answer!["prompt_id"]!.GetValue<string>();
    }

    /// <summary>Waits until the job is over and gives its history entry.</summary>
    public static async Task<JsonNode> WaitAsync(this HttpClient http, string id) => await Eventually.NotNullAsync(
        async () => (await http.GetJsonAsync($"history/{id}"))[id], Cancel, TimeSpan.FromSeconds(60));

    public static async Task<JsonNode> RunAsync(this HttpClient http, JsonObject prompt) => await http.WaitAsync(await http.SubmitAsync(prompt));

    public static Task<byte[]> ViewAsync(this HttpClient http, JsonNode image) => http.GetByteArrayAsync(
        $"view?filename={image["filename"]}&subfolder={image["subfolder"]}&type={image["type"]}", Cancel);

    /// <summary>The images of one node of a history entry.</summary>
    public static JsonArray Images(this JsonNode entry, string node) => entry["outputs"]![node]!["images"]!.AsArray();

    public static string StatusOf(this JsonNode entry) => entry["status"]!["status_str"]!.GetValue<string>();

    /// <summary>The data of the kept message of a type; null when there is none.</summary>
    public static JsonNode? Message(this JsonNode entry, string type) =>
        entry["status"]!["messages"]!.AsArray().FirstOrDefault(message => message![0]!.GetValue<string>() == type)?[1];
}
