#pragma warning disable CA1822, IDE0060, IDE0051, MA0025 // Outline only: the body follows.
using System.Text.Json.Nodes;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>Reads from a graph in API format what it asks of an instance. Pure; a graph that it does not understand gets defaults.</summary>
internal static class GraphDemandReader
{
    /// <param name="checkpoint">The model's own checkpoint, for a graph that names none.</param>
    public static JobDemand Read(JsonObject graph, string checkpoint) => new() { Checkpoint = checkpoint };
}
