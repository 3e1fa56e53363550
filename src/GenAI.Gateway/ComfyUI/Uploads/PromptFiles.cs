using System.Text.Json.Nodes;
using GenAI.Gateway.Access;
using GenAI.Gateway.ComfyUI.Files;
using GenAI.Gateway.ComfyUI.Graphs;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Jobs.Journal;

namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary>Which files a workflow names: what its client uploaded, or what an earlier job made (<c>"ComfyUI_00001_.png [output]"</c>).</summary>
internal sealed class PromptFiles(UploadStore uploads, IJobJournal journal)
{
    /// <summary>The payload's member with the files' hashes by the values that name them.</summary>
    public const string Member = "files";

    /// <summary>The payload's member with the inputs that name them, by node.</summary>
    public const string InputsMember = "file_inputs";

    /// <summary>What inputs for files are called in classes that are not known yet.</summary>
    private static readonly string[] UsualInputs = ["image", "mask", "video", "audio", "file"];

    /// <summary>The hash of each file's content, by the value that names it. What is not found is left to validation.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FindAsync(Caller caller, PromptGraph graph, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = graph.Nodes.SelectMany(node => node.Inputs.Where(input => IsFile(node, input.Key)).Select(input => input.Value.AsText()))
            .OfType<string>().Distinct(StringComparer.Ordinal);
        foreach (var value in names)
        {
            if (FileName.TryParse(value) is { } name && await HashAsync(caller, name, cancellationToken) is { } hash) found[value] = hash;
        }

        return found;
    }

    /// <summary>Which inputs name one of the files that were found: <c>{"10": ["image"]}</c>.</summary>
    public static JsonObject Inputs(PromptGraph graph, IReadOnlyDictionary<string, string> found) => new(
        from node in graph.Nodes
        let inputs = node.Inputs.Where(input => IsFile(node, input.Key) && input.Value.AsText() is { } text && found.ContainsKey(text)).ToArray()
        where inputs.Length > 0
        select KeyValuePair.Create(node.Id, (JsonNode?)new JsonArray([.. inputs.Select(input => (JsonNode)input.Key)])));

    /// <summary>The graph with other names for those files. A text that reads like a file's name stays as it is.</summary>
    /// <param name="graph">The workflow.</param>
    /// <param name="names">The other names by the values that name the files.</param>
    /// <param name="fileInputs">As <see cref="Inputs"/>; null where the journal has a job without: then any input may name a file.</param>
    public static JsonObject Rename(JsonObject graph, IReadOnlyDictionary<string, string> names, JsonObject? fileInputs)
    {
        var renamed = graph.DeepClone().AsObject();
        foreach (var (id, node) in renamed)
        {
            if (GraphWalk.Inputs(node) is not { } inputs) continue;
            var named = fileInputs is null ? inputs.Select(input => input.Key).ToArray() : fileInputs[id].AsTexts() ?? [];
            foreach (var name in named)
            {
                if (inputs[name].AsText() is { } text && names.TryGetValue(text, out var other)) inputs[name] = other;
            }
        }

        return renamed;
    }

    private static bool IsFile(PromptNode node, string input) =>
        node.Class is { } known ? known.Find(input)?.IsUpload == true : UsualInputs.Contains(input);

    private async Task<string?> HashAsync(Caller caller, FileName name, CancellationToken cancellationToken)
    {
        if (await uploads.FindAsync(caller.Id, name, cancellationToken) is { } upload) return upload.Hash;
        if (name.Type == FileName.Input) return null;
        return await journal.FindOutputAsync(name.Type, name.Subfolder, name.Name, cancellationToken) is var (job, output) && caller.MaySee(job) ? output.Hash : null;
    }
}
