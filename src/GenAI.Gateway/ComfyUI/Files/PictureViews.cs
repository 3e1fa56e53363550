using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Access;
using GenAI.Gateway.ComfyUI.Uploads;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Files;

/// <summary>
/// Finds files by the names that clients know. What takes decoding a picture (a preview in another format, one channel, a mask) is left to an
/// instance, to which the file is brought.
/// </summary>
internal sealed class PictureViews(
    UploadStore uploads, PromptInputs inputs, IJobJournal journal, InstanceClient client, BareErrors errors, IOptions<ComfyUIOptions> options, TimeProvider clock)
{
    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    public static string ContentTypeOf(string filename) => ContentTypes.TryGetContentType(filename, out var known) ? known : "application/octet-stream";

    /// <summary>Null when the caller may see no such file.</summary>
    public async Task<StoredPicture?> FindAsync(VirtualComfyUI comfy, FileName name, CancellationToken cancellationToken)
    {
        if (name.Type != FileName.Input && await journal.FindOutputAsync(name.Type, name.Subfolder, name.Name, cancellationToken) is var (job, output)
            && job.Model == comfy.Name && comfy.Caller.MaySee(job))
            return new StoredPicture(name, output.Hash, output.ContentType);
        return await uploads.FindAsync(comfy.Caller.Id, name, cancellationToken) is { } upload
            ? new StoredPicture(name, upload.Hash, ContentTypeOf(name.Name))
            : null;
    }

    public Stream? Open(StoredPicture picture) => inputs.Open(picture.Hash);

    /// <summary>What an instance makes of the file for such a query (<c>preview=webp;90</c>, <c>channel=a</c>); null when none can.</summary>
    public Task<(byte[] Content, string ContentType)?> RecodeAsync(FleetModel model, StoredPicture picture, string query, CancellationToken cancellationToken) =>
        OnAnyAsync(model, async (instance, cancelled) =>
        {
            var name = await inputs.BringAsync(instance, picture.Hash, picture.Name.Extension, picture.Name.Name, cancelled);
            return await GetAsync(instance, $"filename={Uri.EscapeDataString(name)}&type={FileName.Input}&{query}", cancelled);
        }, cancellationToken);

    /// <summary>A file that an instance has and the gateway does not keep; only for those who may see everybody's.</summary>
    public async Task<(byte[] Content, string ContentType)?> AskInstancesAsync(VirtualComfyUI comfy, string query, CancellationToken cancellationToken) =>
        comfy.Caller.May(Scopes.ReadAll) || comfy.Caller.May(Scopes.Admin)
            ? await OnAnyAsync(comfy.Model, (instance, cancelled) => GetAsync(instance, query, cancelled), cancellationToken)
            : null;

    /// <summary>The original with the mask's alpha channel, as a PNG.</summary>
    public async Task<(byte[]? Picture, IResult? Error)> MaskAsync(FleetModel model, StoredPicture original, Stream mask, CancellationToken cancellationToken)
    {
        IResult? refusal = null;
        using var copy = new MemoryStream();
        await mask.CopyToAsync(copy, cancellationToken);
        var made = await OnAnyAsync(model, async (instance, cancelled) =>
        {
            var name = await inputs.BringAsync(instance, original.Hash, original.Name.Extension, original.Name.Name, cancelled);
            using var form = new MultipartFormDataContent
            {
                { new ByteArrayContent(copy.ToArray()), "image", BroughtFile.Masked(original.Hash) },
                { new StringContent("true"), "overwrite" },
                { new StringContent(FileName.Input), "type" },
                { new StringContent(new JsonObject { ["filename"] = name, ["subfolder"] = "", ["type"] = FileName.Input }.ToJsonString()), "original_ref" },
            };
            using var request = new HttpRequestMessage(HttpMethod.Post, instance.Endpoint.At("/upload/mask")) { Content = form };
            using var response = await client.CallAsync(request, cancelled);
            var answer = await response.Content.ReadAsByteArrayAsync(cancelled);
            if (!response.IsSuccessStatusCode)
            {
                refusal = Answers.Json(Parse(answer) ?? [], (int)response.StatusCode);
                return null;
            }

            return await GetAsync(instance, $"filename={Uri.EscapeDataString(Parse(answer)?["name"].AsText() ?? "")}&type={FileName.Input}", cancelled);
        }, cancellationToken);
        return made is { } picture ? (picture.Content, null) : (null, refusal ?? Answers.Error(errors.Unavailable(model.Name)));
    }

    private static JsonObject? Parse(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<(byte[] Content, string ContentType)?> GetAsync(Instance instance, string query, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, instance.Endpoint.At($"/view?{query}"));
        using var response = await client.CallAsync(request, cancellationToken);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadAsByteArrayAsync(cancellationToken), response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream")
            : null;
    }

    /// <summary>The first instance's answer that is one.</summary>
    private async Task<(byte[] Content, string ContentType)?> OnAnyAsync(
        FleetModel model, Func<Instance, CancellationToken, Task<(byte[] Content, string ContentType)?>> ask, CancellationToken cancellationToken)
    {
        foreach (var instance in model.Instances.Where(instance => instance.State.TakesRequests()))
        {
            using var late = new CancellationTokenSource(options.Value.InstanceTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                if (await ask(instance, either.Token) is { } answer) return answer;
            }
            catch (Exception exception) when (exception is InstanceFailedException or PromptInputException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The next one may.
            }
        }

        return null;
    }
}
