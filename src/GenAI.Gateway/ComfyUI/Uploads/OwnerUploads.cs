using System.Text.Json;
using GenAI.Gateway.ComfyUI.Files;

namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary>
/// One key's uploads: in memory, and in a file of lines of which the last one about a name counts. One change at a time, of all gateways that
/// share the folder; what another has changed is read anew.
/// </summary>
/// <param name="path">Of the file.</param>
/// <param name="clock">Paces the waiting for another gateway's change.</param>
internal sealed class OwnerUploads(string path, TimeProvider clock) : IDisposable
{
    private const int FewLines = 100;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<FileName, Upload> _named = [];
    private readonly Dictionary<string, Upload> _replaced = new(StringComparer.Ordinal);
    private (long Length, DateTime At) _read;
    private int _lines;

    /// <summary>Changes or reads them while nobody else does.</summary>
    public async Task<T> InTurnAsync<T>(Func<OwnerUploads, Task<T>> act, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Where there are no names there is nothing that could be another's.
            await using var held = Directory.Exists(Path.GetDirectoryName(path)) ? await LockAsync(cancellationToken) : null;
            if (Look() != _read) await LoadAsync();
            var done = await act(this);
            _read = Look();
            return done;
        }
        finally
        {
            _turn.Release();
        }
    }

    public IEnumerable<Upload> All => _named.Values.Concat(_replaced.Values);

    /// <summary>Those that a name leads to.</summary>
    public IEnumerable<Upload> Named => _named.Values;

    public Upload? Find(FileName name) => _named.GetValueOrDefault(name);

    public async Task PutAsync(Upload upload)
    {
        var lines = new List<Upload>();
        if (Find(NameOf(upload)) is { } older && older.Hash != upload.Hash) lines.Add(older with { At = upload.At, IsReplaced = true });
        lines.Add(upload);
        await AppendAsync(lines);
        foreach (var line in lines) Apply(line);
    }

    /// <summary>Keeps only those, and writes the file anew.</summary>
    public async Task KeepAsync(Func<Upload, bool> isKept)
    {
        var kept = All.Where(isKept).ToArray();
        if (kept.Length == _named.Count + _replaced.Count && _lines <= Math.Max(FewLines, 2 * kept.Length)) return;
        var part = path + ".new";
        await File.WriteAllLinesAsync(part, kept.Select(upload => JsonSerializer.Serialize(upload)));
        File.Move(part, path, overwrite: true);
        _named.Clear();
        _replaced.Clear();
        foreach (var upload in kept) Apply(upload);
        _lines = kept.Length;
    }

    public void Dispose() => _turn.Dispose();

    private static FileName NameOf(Upload upload) => new(upload.Type, upload.Subfolder, upload.Name);

    private void Apply(Upload upload)
    {
        if (upload.IsReplaced) _replaced[upload.Hash] = upload;
        else _named[NameOf(upload)] = upload;
    }

    /// <summary>The system frees it however the process ends.</summary>
    /// <exception cref="IOException">Another gateway has it for too long.</exception>
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (clock.GetElapsedTime(since) < LockLimit)
            {
                await Task.Delay(LockPause, clock, cancellationToken);
            }
        }
    }

    private (long Length, DateTime At) Look() => new FileInfo(path) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : default;

    private async Task LoadAsync()
    {
        _named.Clear();
        _replaced.Clear();
        _lines = 0;
        if (!File.Exists(path)) return;
        foreach (var line in await File.ReadAllLinesAsync(path))
        {
            _lines++;
            if (TryParse(line) is { } upload) Apply(upload);
        }
    }

    /// <summary>A gateway that was killed may have left half a line.</summary>
    private static Upload? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Upload>(line) is { Hash: not null, Name: not null, Type: not null, Subfolder: not null } upload ? upload : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task AppendAsync(List<Upload> uploads)
    {
        // With a line's end in front, so that half a line before it spoils nothing.
        var text = string.Concat(uploads.Select(upload => '\n' + JsonSerializer.Serialize(upload)));
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 4096, useAsync: true);
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync(text);
        await writer.FlushAsync();
        // Durable before the client hears of it; the disk is no work for a request's thread.
        await Task.Run(() => file.Flush(flushToDisk: true));
        _lines += uploads.Count;
    }
}
