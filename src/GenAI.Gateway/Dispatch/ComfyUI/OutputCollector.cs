using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Files;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>
/// Fetches the files that a job made from its instance into the store, once each, and gives them names that no other file of the fleet has.
/// </summary>
internal sealed partial class OutputCollector(
    JobRun run, ComfyUIInstance comfy, ContentStore contents, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, JobOutput> _known = run.Job.Outputs
        .Where(output => output.Origin is not null)
        .DistinctBy(output => output.Origin, StringComparer.Ordinal)
        .ToDictionary(output => output.Origin!, StringComparer.Ordinal);

    /// <summary>What a node shows, <c>{"images":[{"filename","subfolder","type"}],…}</c>, with the gateway's names; its files are in the store.</summary>
    /// <exception cref="InstanceFailedException">The instance does not give a file.</exception>
    public async Task<JsonObject> CollectAsync(string node, JsonObject shown, CancellationToken cancellationToken)
    {
        var renamed = shown.DeepClone().AsObject();
        foreach (var (kind, items) in renamed)
        {
            if (items is not JsonArray array) continue;
            foreach (var item in array.OfType<JsonObject>())
            {
                if (Text(item, "filename") is not { Length: > 0 } filename) continue;
                var output = await FetchAsync(node, kind, Text(item, "type") ?? "output", Text(item, "subfolder") ?? "", filename, cancellationToken);
                // Made by the gateway's hand or not: where there is no file, the name stays.
                if (output is null) continue;
                item["filename"] = output.Filename;
                item["subfolder"] = output.Subfolder;
                item["type"] = output.Type;
            }
        }

        return renamed;
    }

    private async Task<JobOutput?> FetchAsync(string node, string kind, string type, string subfolder, string filename, CancellationToken cancellationToken)
    {
        var origin = $"{type}/{subfolder}/{filename}";
        if (_known.TryGetValue(origin, out var known)) return known;
        // A file that the prompt brought with it is where it was; one that a node keeps outside of the server's folders, no server shows.
        if (type == FileName.Input || FileName.TryMake(type, subfolder, filename) is null) return null;

        var (hash, bytes, contentType) = await StoreAsync(type, subfolder, filename, cancellationToken);
        var name = await run.ReserveNameAsync(type, subfolder, filename);
        var output = new JobOutput(node, kind, name, subfolder, type, hash, contentType, bytes) { Origin = origin };
        await run.MadeAsync(output);
        return _known[origin] = output;
    }

    /// <summary>While the store's disk is full the job waits for room: what it has made is not thrown away.</summary>
    private async Task<(string Hash, long Bytes, string ContentType)> StoreAsync(
        string type, string subfolder, string filename, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var response = await comfy.ViewAsync(run.Instance, type, subfolder, filename, cancellationToken)
                ?? throw new InstanceFailedException($"It made '{filename}' and does not have it.") { HadJob = true, IsFinal = true };
            await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
            try
            {
                var (hash, bytes) = await contents.PutAsync(content, cancellationToken);
                return (hash, bytes, response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream");
            }
            catch (IOException exception)
            {
                LogNotStored(logger, filename, run.Job.Id, exception.Message);
                run.SignOfLife();
                await Task.Delay(StorePause, clock, cancellationToken);
            }
        }
    }

    private static string? Text(JsonObject item, string member) => item[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [LoggerMessage(1, LogLevel.Error, "Could not store {File} of job {Job}; trying again: {Reason}")]
    private static partial void LogNotStored(ILogger logger, string file, string job, string reason);
}
