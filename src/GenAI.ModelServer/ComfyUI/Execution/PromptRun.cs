using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Nodes;
using GenAI.ModelServer.ComfyUI.Sockets;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>One job while it runs: what it has made, what it may still spend, and what its client is told.</summary>
internal sealed class PromptRun(
    PromptJob job, JobControl control, JobBudget budget, ExecutionMessages messages, TimeSpan previewInterval, TimeProvider clock)
{
    private readonly ProgressStates _progress = new(job.Id);
    private readonly bool _wantsPreviews = WantsPreviews(job.ExtraData);
    private long? _lastPreview;

    public PromptJob Job => job;

    public JobControl Control => control;

    public JobBudget Budget => budget;

    public ExecutionMessages Messages => messages;

    /// <summary>Results of this run and reused ones, by node id.</summary>
    public Dictionary<string, NodeResult> Results { get; } = [];

    /// <summary>Ids of the nodes that ran, in order.</summary>
    public List<string> Executed { get; } = [];

    /// <summary>What clients see, by node id, for <c>/history</c>.</summary>
    public JsonObject Outputs { get; } = [];

    /// <summary>The node that runs now.</summary>
    public string? Current { get; private set; }

    public void Begin(string node)
    {
        Current = node;
        _progress.Running(node);
        messages.ProgressState(_progress.Describe());
        messages.Executing(node);
    }

    public void End(string node, NodeResult result)
    {
        Results[node] = result;
        if (result.Ui is { } ui) Show(node, ui);
        Finished(node);
        Executed.Add(node);
    }

    /// <summary>An output node whose result was still there.</summary>
    public void Reuse(string node, NodeResult result)
    {
        Results[node] = result;
        if (result.Ui is { } ui) Show(node, ui);
        Finished(node);
    }

    /// <summary>In ComfyUI's order: state, new-style preview, progress, old-style preview.</summary>
    public void Progress(string node, int step, int total, Func<Picture>? preview)
    {
        _progress.Running(node, step, total);
        messages.ProgressState(_progress.Describe());
        var listener = preview is not null && _wantsPreviews && IsPreviewDue(isLast: step == total) ? messages.Listener : null;
        var png = listener is null ? null : PngWriter.Write(preview!(), []);
        if (png is not null && listener!.SupportsPreviewMetadata) listener.Post(SocketMessages.Preview(png, PreviewMetadata(node)));
        messages.Progress(node, step, total);
        if (png is not null && !listener!.SupportsPreviewMetadata) listener.Post(SocketMessages.Preview(png));
    }

    private void Show(string node, JsonObject ui)
    {
        Outputs[node] = ui.DeepClone();
        messages.Executed(node, ui);
    }

    private void Finished(string node)
    {
        _progress.Finished(node);
        messages.ProgressState(_progress.Describe());
    }

    private bool IsPreviewDue(bool isLast)
    {
        if (!isLast && _lastPreview is { } last && clock.GetElapsedTime(last) < previewInterval) return false;
        _lastPreview = clock.GetTimestamp();
        return true;
    }

    private JsonObject PreviewMetadata(string node) => new()
    {
        ["node_id"] = node,
        ["prompt_id"] = job.Id,
        ["display_node_id"] = node,
        ["parent_node_id"] = null,
        ["real_node_id"] = node,
        ["image_type"] = "image/png",
    };

    /// <summary>As in ComfyUI a client may ask for no previews with <c>extra_data.preview_method</c>.</summary>
    private static bool WantsPreviews(JsonElement extraData) =>
        !(extraData.TryGetProperty("preview_method", out var method) && method.ValueKind == JsonValueKind.String && method.ValueEquals("none"));
}
