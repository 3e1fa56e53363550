#pragma warning disable CA1822, IDE0060, IDE0051, MA0025 // Outline only: the body follows.
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary>Brings the files that a prompt names to the instance, before the prompt.</summary>
internal sealed class PromptInputs
{
    /// <returns>The graph to submit: the same, with the names under which the instance has the files.</returns>
    /// <exception cref="Dispatch.InstanceFailedException">The instance did not take a file; another may.</exception>
    public Task<JsonObject> BringAsync(Instance instance, Job job, JsonObject graph, CancellationToken cancellationToken) => Task.FromResult(graph);
}
