#pragma warning disable CA1822, IDE0060, IDE0051, MA0025 // Outline only: the body follows.
namespace GenAI.Gateway.Jobs;

/// <summary>Files by the SHA-256 of their content: what jobs made, and what clients uploaded. A content is stored once.</summary>
internal sealed class ContentStore
{
    /// <summary>Stores what the stream holds, whole or not at all.</summary>
    /// <returns>Lower-case hexadecimal SHA-256, and the length in bytes.</returns>
    /// <exception cref="IOException">It cannot be written, such as on a full disk. Nothing is left behind.</exception>
    public Task<(string Hash, long Bytes)> PutAsync(Stream content, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Null when there is no such content (any more).</summary>
    public Stream? OpenRead(string hash) => throw new NotImplementedException();
}
