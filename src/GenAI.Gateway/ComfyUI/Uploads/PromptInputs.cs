using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.ComfyUI.Files;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary>
/// Brings the files that a prompt names to the instance, before the prompt. There each is called by the hash of its content, so that nobody's
/// file takes another's place, and one that is there already is not sent again.
/// </summary>
internal sealed class PromptInputs(InstanceClient client, UploadStore uploads, ContentStore contents)
{
    /// <param name="instance">Where the prompt will run.</param>
    /// <param name="payload">The job's.</param>
    /// <param name="cancellationToken">The job was stopped.</param>
    /// <returns>The graph to submit: the same, with the names under which the instance has the files.</returns>
    /// <exception cref="InstanceFailedException">The instance did not take a file; another may.</exception>
    /// <exception cref="PromptInputException">There is no such file any more, or it will not be taken anywhere.</exception>
    public async Task<JsonObject> BringAsync(Instance instance, JsonObject payload, CancellationToken cancellationToken)
    {
        var graph = payload["prompt"]!.AsObject();
        if (payload[PromptFiles.Member] is not JsonObject files) return graph;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (value, hash) in files)
        {
            if (hash.AsText() is { } content) names[value] = await BringAsync(instance, content, FileName.TryParse(value)?.Extension ?? "", value, cancellationToken);
        }

        return PromptFiles.Rename(graph, names, payload[PromptFiles.InputsMember] as JsonObject);
    }

    /// <returns>The file's name in the instance's input folder.</returns>
    public async Task<string> BringAsync(Instance instance, string hash, string extension, string what, CancellationToken cancellationToken)
    {
        var name = BroughtFile.Name(hash, extension);
        if (await HasAsync(instance, name, cancellationToken)) return name;
        await using var content = Open(hash) ?? throw new PromptInputException($"The file '{what}' is not kept any more; upload it again.");
        using var form = new MultipartFormDataContent
        {
            { new StreamContent(content), "image", name },
            { new StringContent("true"), "overwrite" },
            { new StringContent(FileName.Input), "type" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, instance.Endpoint.At("/upload/image")) { Content = form };
        using var response = await client.CallAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode) return NameIn(await response.Content.ReadAsByteArrayAsync(cancellationToken)) ?? name;
        var status = (int)response.StatusCode;
        if (status >= 500) throw new InstanceFailedException($"It answered /upload/image with status {status}.") { IsAnswer = true };
        throw new PromptInputException($"The instance did not take the file '{what}': it answered with status {status}.");
    }

    public Stream? Open(string hash) => uploads.OpenRead(hash) ?? contents.OpenRead(hash);

    private async Task<bool> HasAsync(Instance instance, string name, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, instance.Endpoint.At($"/view?filename={Uri.EscapeDataString(name)}&type={FileName.Input}"));
        request.Headers.Range = new RangeHeaderValue(0, 0);
        using var response = await client.CallAsync(request, cancellationToken);
        return response.IsSuccessStatusCode;
    }

    private static string? NameIn(byte[] answer)
    {
        try
        {
            if (JsonNode.Parse(answer) is not JsonObject json || json["name"].AsText() is not { Length: > 0 } name) return null;
            return json["subfolder"].AsText() is { Length: > 0 } subfolder ? $"{subfolder}/{name}" : name;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A file that a prompt names cannot be had: no instance could run it.</summary>
internal sealed class PromptInputException(string message) : Exception(message);
