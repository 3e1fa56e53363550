using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Jobs;

/// <summary>Files by the SHA-256 of their content: what jobs made, and what clients uploaded. A content is stored once.</summary>
internal sealed class ContentStore
{
    private const int BufferBytes = 64 << 10;

    private readonly string _root;
    private readonly string _unfinished;
    private readonly TimeProvider _clock;
    private ImmutableArray<Func<string, bool>> _users = [];

    public ContentStore(IOptions<JobOptions> options, TimeProvider clock)
        : this(Path.Combine(options.Value.Folder, "content"), clock)
    {
    }

    /// <summary>A store of its own, for contents that live by other rules.</summary>
    public ContentStore(string root, TimeProvider clock)
    {
        _root = root;
        _unfinished = Path.Combine(_root, "unfinished");
        _clock = clock;
    }

    /// <summary>Stores what the stream holds, whole or not at all.</summary>
    /// <returns>Lower-case hexadecimal SHA-256, and the length in bytes.</returns>
    /// <exception cref="IOException">It cannot be written, such as on a full disk. Nothing is left behind.</exception>
    public async Task<(string Hash, long Bytes)> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_unfinished);
        var part = Path.Combine(_unfinished, Guid.NewGuid().ToString("N"));
        try
        {
            var (hash, bytes) = await WriteAsync(content, part, cancellationToken);
            Keep(part, PathOf(hash));
            return (hash, bytes);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Null when there is no such content (any more).</summary>
    public Stream? OpenRead(string hash)
    {
        if (!IsHash(hash)) return null;
        try
        {
            return new FileStream(PathOf(hash), new FileStreamOptions
            {
                Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whoever refers to contents beside the jobs says so here, and is asked before one is deleted: by hash, from any thread, quickly.
    /// </summary>
    public void AskBeforeDeleting(Func<string, bool> isUsed) => ImmutableInterlocked.Update(ref _users, users => users.Add(isUsed));

    /// <summary>Contents that were last stored before so long; what is younger may be about to be referred to.</summary>
    public IEnumerable<string> StoredBefore(TimeSpan age)
    {
        if (!Directory.Exists(_root)) return [];
        var limit = (_clock.GetUtcNow() - age).UtcDateTime;
        return new DirectoryInfo(_root).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => IsHash(file.Name) && file.LastWriteTimeUtc < limit)
            .Select(file => file.Name);
    }

    /// <summary>Deletes a content to which no job refers, unless somebody else does or it was stored again within <paramref name="age"/>.</summary>
    /// <returns>False when it stays for now.</returns>
    public bool TryDelete(string hash, TimeSpan age)
    {
        if (!IsHash(hash)) return true;
        if (_users.Any(isUsed => isUsed(hash))) return false;
        var file = new FileInfo(PathOf(hash));
        if (!file.Exists) return true;
        var limit = (_clock.GetUtcNow() - age).UtcDateTime;
        if (file.LastWriteTimeUtc >= limit) return false;

        // Another gateway may store it again between the look and the deletion: so it is taken away first, and put back if it is young.
        Directory.CreateDirectory(_unfinished);
        var taken = Path.Combine(_unfinished, Guid.NewGuid().ToString("N"));
        try
        {
            file.MoveTo(taken);
        }
        catch (FileNotFoundException)
        {
            // Another gateway has deleted it.
            return true;
        }

        if (File.GetLastWriteTimeUtc(taken) >= limit)
        {
            File.Move(taken, PathOf(hash), overwrite: true);
            return false;
        }

        File.Delete(taken);
        return true;
    }

    /// <summary>What a gateway that was killed was writing: nothing has been written to it for so long.</summary>
    public void DeleteUnfinished(TimeSpan age)
    {
        if (!Directory.Exists(_unfinished)) return;
        var limit = (_clock.GetUtcNow() - age).UtcDateTime;
        foreach (var file in new DirectoryInfo(_unfinished).EnumerateFiles().Where(file => file.LastWriteTimeUtc < limit)) file.Delete();
    }

    private static async Task<(string Hash, long Bytes)> WriteAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes, useAsync: true);
        var buffer = new byte[BufferBytes];
        long bytes = 0;
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            hash.AppendData(buffer.AsSpan(0, count));
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            bytes += count;
        }

        await file.FlushAsync(cancellationToken);
        // Durable before a job refers to it. Waiting for the disk is no work for a request's thread.
        await Task.Run(() => file.Flush(flushToDisk: true), cancellationToken);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);
    }

    private void Keep(string part, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Also where it is there already: it is as if it were stored just now.
        File.SetLastWriteTimeUtc(part, _clock.GetUtcNow().UtcDateTime);
        File.Move(part, path, overwrite: true);
    }

    private string PathOf(string hash) => Path.Combine(_root, hash[..2], hash);

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
