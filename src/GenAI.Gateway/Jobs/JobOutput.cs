namespace GenAI.Gateway.Jobs;

/// <summary>A file that a job made, kept by the gateway so that it outlives the instance.</summary>
/// <param name="Node">Id of the graph's node that made it; empty for a job that is no graph.</param>
/// <param name="Kind">The key in ComfyUI's outputs: <c>images</c>, <c>gifs</c>, <c>audio</c>…</param>
/// <param name="Filename">Unique with <paramref name="Subfolder"/> and <paramref name="Type"/> in the whole fleet.</param>
/// <param name="Type"><c>output</c> or <c>temp</c>.</param>
/// <param name="Hash">Lower-case hexadecimal SHA-256 of the content; its name in the store.</param>
internal sealed record JobOutput(
    string Node, string Kind, string Filename, string Subfolder, string Type, string Hash, string ContentType, long Bytes)
{
    /// <summary>What the instance called it, <c>type/subfolder/filename</c>: by it a gateway that adopts the job knows the file again.</summary>
    public string? Origin { get; init; }
}
