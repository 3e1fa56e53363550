using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.ComfyUI.Uploads;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>The routes of a ComfyUI server that a job needs.</summary>
internal sealed class ComfyUIInstance(InstanceClient client)
{
    /// <returns>Null when the instance took the prompt; else the body, with which it refused it.</returns>
    /// <exception cref="InstanceFailedException">It may or may not have taken the prompt.</exception>
    public async Task<JsonObject?> SubmitAsync(Instance instance, JsonObject prompt, CancellationToken cancellationToken)
    {
        using var request = Post(instance, "/prompt", prompt);
        using var response = await client.CallAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode) return null;
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var body = Encoding.UTF8.GetString(answer);
        var status = (int)response.StatusCode;
        if (status >= 500) throw new InstanceFailedException($"It answered /prompt with status {status}: {Quote(body)}") { IsAnswer = true };
        return TryParse(answer) ?? new JsonObject
        {
            ["error"] = new JsonObject { ["type"] = "prompt_refused", ["message"] = $"The instance answered with status {status}.", ["details"] = Quote(body), ["extra_info"] = new JsonObject() },
            ["node_errors"] = new JsonObject(),
        };
    }

    /// <summary>Null while the prompt has not ended, or when the instance does not know it.</summary>
    public async Task<JsonObject?> HistoryAsync(Instance instance, string promptId, CancellationToken cancellationToken) =>
        (await GetAsync(instance, $"/history/{promptId}", cancellationToken))[promptId] as JsonObject;

    /// <summary>Whether the prompt runs or waits there.</summary>
    public async Task<(bool Running, bool Pending)> QueueAsync(Instance instance, string promptId, CancellationToken cancellationToken)
    {
        var queue = await GetAsync(instance, "/queue", cancellationToken);
        return (Has(queue["queue_running"]), Has(queue["queue_pending"]));

        // An item is [number, prompt_id, prompt, extra_data, outputs].
        bool Has(JsonNode? items) => items is JsonArray array && array.Any(item =>
            item is JsonArray { Count: > 1 } fields && fields[1] is JsonValue id && id.TryGetValue<string>(out var text) && text == promptId);
    }

    /// <returns>Null when the instance has no such file.</returns>
    public async Task<HttpResponseMessage?> ViewAsync(Instance instance, string type, string subfolder, string filename, CancellationToken cancellationToken)
    {
        var query = $"filename={Uri.EscapeDataString(filename)}&subfolder={Uri.EscapeDataString(subfolder)}&type={Uri.EscapeDataString(type)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, instance.Endpoint.At($"/view?{query}"));
        var response = await client.CallAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode) return response;
        var status = (int)response.StatusCode;
        response.Dispose();
        return status == StatusCodes.Status404NotFound ? null : throw new InstanceFailedException($"It answered /view with status {status}.");
    }

    /// <summary>Gives the instance a file, over one of that name.</summary>
    /// <param name="folder"><c>input</c> or <c>temp</c>.</param>
    /// <exception cref="PromptInputException">It does not take it, and no other would.</exception>
    public async Task UploadAsync(Instance instance, string folder, string name, byte[] content, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, "image", name },
            { new StringContent(folder), "type" },
            { new StringContent("true"), "overwrite" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, instance.Endpoint.At("/upload/image")) { Content = form };
        using var response = await client.CallAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode) return;
        var status = (int)response.StatusCode;
        if (status >= 500) throw new InstanceFailedException($"It answered /upload/image with status {status}.") { IsAnswer = true };
        throw new PromptInputException($"The instance did not take the file '{name}': it answered with status {status}.");
    }

    public Task DeleteAsync(Instance instance, string promptId, CancellationToken cancellationToken) =>
        PostAsync(instance, "/queue", new JsonObject { ["delete"] = new JsonArray(promptId) }, cancellationToken);

    public Task InterruptAsync(Instance instance, string promptId, CancellationToken cancellationToken) =>
        PostAsync(instance, "/interrupt", new JsonObject { ["prompt_id"] = promptId }, cancellationToken);

    private async Task PostAsync(Instance instance, string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = Post(instance, path, body);
        using var response = await client.CallAsync(request, cancellationToken);
    }

    private async Task<JsonObject> GetAsync(Instance instance, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, instance.Endpoint.At(path));
        using var response = await client.CallAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode) throw new InstanceFailedException($"It answered {path} with status {(int)response.StatusCode}.");
        return TryParse(await response.Content.ReadAsByteArrayAsync(cancellationToken))
            ?? throw new InstanceFailedException($"Its answer to {path} is no JSON object.");
    }

    private static HttpRequestMessage Post(Instance instance, string path, JsonObject body) =>
        new(HttpMethod.Post, instance.Endpoint.At(path)) { Content = JsonContent.Create(body) };

    private static JsonObject? TryParse(byte[] json)
    {
        try
        {
            return JsonNode.Parse(PythonJson.OfInstance(json)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Quote(string text) => text.Length > 500 ? text[..500] + '…' : text;
}
