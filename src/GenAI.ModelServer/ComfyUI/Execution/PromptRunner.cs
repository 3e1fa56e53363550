using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.ComfyUI.Nodes;
using GenAI.ModelServer.ComfyUI.Sockets;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>Runs one workflow after another and keeps what became of each.</summary>
internal sealed partial class PromptRunner(
    GraphExecutor executor, PromptHistory history, ClientSockets sockets, CurrentNode current,
    ModelServerOptions options, TimeProvider clock, ILogger<PromptRunner> logger) : IJobRunner<PromptJob>
{
    public async Task<JobResult> RunAsync(PromptJob job, JobControl control)
    {
        var messages = new ExecutionMessages(job, sockets, current, clock);
        var run = new PromptRun(job, control, new JobBudget(options.Limits.PixelSteps), messages, options.Sockets.PreviewInterval, clock);
        messages.Started();
        var status = await ExecuteAsync(run);

        history.Add(new HistoryEntry(job, Element(run.Outputs), Element(Meta(run.Outputs)), Element(new JsonObject
        {
            ["status_str"] = status == JobStatus.Success ? "success" : "error",
            ["completed"] = status == JobStatus.Success,
            ["messages"] = messages.Kept,
        })));
        messages.Ended();
        return new JobResult(status, run.Executed.Sum(node => SavedImages(run.Results[node]))) { Announce = messages.Finished };
    }

    /// <summary>As in ComfyUI a job that never ran leaves no trace.</summary>
    public void Abandon(PromptJob job) => LogAbandoned(job.Id);

    private async Task<JobStatus> ExecuteAsync(PromptRun run)
    {
        try
        {
            await executor.ExecuteAsync(run);
            run.Messages.Succeeded();
            return JobStatus.Success;
        }
        catch (OperationCanceledException) when (run.Control.Reason is JobStop.Interrupted or JobStop.Shutdown)
        {
            run.Messages.Interrupted(Where(run));
            return JobStatus.Cancelled;
        }
        catch (OperationCanceledException) when (run.Control.Reason is JobStop.TimedOut)
        {
            var limit = options.Jobs.TimeLimit.TotalSeconds;
            run.Messages.Failed(Error(run, "TimeoutError", $"The job ran longer than the limit of {limit:0.#} s."));
            return JobStatus.Error;
        }
        catch (NodeFailureException failure)
        {
            run.Messages.Failed(Error(run, "ValueError", failure.Message));
            return JobStatus.Error;
        }
        catch (Exception exception)
        {
            // A defect, but the client must still hear that its job is over, and nothing of the server's inside.
            LogDefect(exception, run.Job.Id, run.Current);
            run.Messages.Failed(Error(run, "RuntimeError", "The server failed to run this node; its log says why."));
            return JobStatus.Error;
        }
    }

    private static JsonObject Where(PromptRun run) => new()
    {
        ["node_id"] = run.Current,
        ["node_type"] = run.Current is { } id ? run.Job.Graph.Nodes[id].Source.ClassName : null,
        ["executed"] = new JsonArray([.. run.Executed.Select(node => (JsonNode)node)]),
    };

    private static JsonObject Error(PromptRun run, string type, string message)
    {
        var error = Where(run);
        error["exception_message"] = message;
        error["exception_type"] = type;
        error["traceback"] = new JsonArray();
        error["current_inputs"] = CurrentInputs(run);
        error["current_outputs"] = new JsonArray([.. run.Results.Keys.Select(node => (JsonNode)node)]);
        return error;
    }

    private static JsonObject CurrentInputs(PromptRun run)
    {
        if (run.Current is not { } id) return [];
        var inputs = new JsonObject();
        foreach (var (name, input) in run.Job.Graph.Nodes[id].Inputs) inputs[name] = new JsonArray(Describe(input));
        return inputs;
    }

    private static JsonNode? Describe(NodeInput input) => input switch
    {
        NodeInput.Value { Content: double number } => number,
        NodeInput.Value { Content: Int128 number } => JsonNode.Parse(number.ToString()),
        NodeInput.Value value => value.Content.ToString(),
        NodeInput.Link link => $"{link.NodeId}[{link.Slot}]",
        _ => null,
    };

    private static JsonObject Meta(JsonObject outputs)
    {
        var meta = new JsonObject();
        foreach (var (id, _) in outputs)
            meta[id] = new JsonObject { ["node_id"] = id, ["display_node"] = id, ["parent_node"] = null, ["real_node_id"] = id };
        return meta;
    }

    private static int SavedImages(NodeResult result) =>
        ImageReferences.In(result.Ui).Count(image => image.Type == ServerFolders.Output);

    private static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);

    [LoggerMessage(1, LogLevel.Error, "Job {Job} failed unexpectedly at node {Node}")]
    private partial void LogDefect(Exception exception, string job, string? node);

    [LoggerMessage(2, LogLevel.Warning, "Job {Job} will not run: the server is stopping")]
    private partial void LogAbandoned(string job);
}
