using System.Collections.Concurrent;
using System.Text;
using GenAI.Gateway.ComfyUI.Capabilities;
using GenAI.Gateway.ComfyUI.Files;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary>What clients uploaded, each key in folders of its own; contents are in a store of their own, by hash.</summary>
internal sealed class UploadStore : IDisposable
{
    /// <summary>How long what was replaced is kept: jobs that were given it may still wait.</summary>
    private static readonly TimeSpan ReplacedFor = TimeSpan.FromDays(1);

    private static readonly TimeSpan TouchAfter = TimeSpan.FromHours(12);
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, OwnerUploads> _owners = new(StringComparer.Ordinal);
    private readonly ContentStore _contents;
    private readonly string _names;
    private readonly UploadOptions _options;
    private readonly TimeSpan _keepFor;
    private readonly TimeProvider _clock;

    public UploadStore(IOptions<ComfyUIOptions> options, IOptions<JobOptions> jobs, TimeProvider clock)
    {
        _options = options.Value.Uploads;
        _keepFor = jobs.Value.KeepFor;
        _clock = clock;
        var root = _options.Folder.Length > 0 ? _options.Folder : Path.Combine(jobs.Value.Folder, "uploads");
        _names = Path.Combine(root, "names");
        _contents = new ContentStore(Path.Combine(root, "content"), clock);
    }

    /// <summary>Null when there is no such content (any more).</summary>
    public Stream? OpenRead(string hash) => _contents.OpenRead(hash);

    public Task<Upload?> FindAsync(string owner, FileName name, CancellationToken cancellationToken) => Of(owner).InTurnAsync(async uploads =>
    {
        var found = uploads.Find(name);
        var now = _clock.GetUtcNow();
        if (found is not null && now - found.At > TouchAfter) await uploads.PutAsync(found = found with { At = now });
        return found;
    }, cancellationToken);

    /// <summary>The names of the files that lie in the input folder itself, in order.</summary>
    public Task<IReadOnlyList<string>> ListInputsAsync(string owner, CancellationToken cancellationToken) => Of(owner).InTurnAsync(uploads =>
        Task.FromResult<IReadOnlyList<string>>(
        [
            .. uploads.Named.Where(upload => upload is { Type: FileName.Input, Subfolder: "" }).Select(upload => upload.Name).Order(StringComparer.Ordinal),
        ]), cancellationToken);

    /// <summary>
    /// Keeps a file as ComfyUI does: a name that is taken gets " (1)", unless the content is the same or it is to be overwritten.
    /// </summary>
    /// <returns>The name under which it was kept, or why it was not.</returns>
    /// <exception cref="IOException">The disk is full, or cannot be written.</exception>
    public async Task<(string? Name, string? Refusal)> SaveAsync(
        string owner, FileName wanted, bool overwrite, Stream content, CancellationToken cancellationToken)
    {
        var (hash, bytes) = await _contents.PutAsync(content, cancellationToken);
        Directory.CreateDirectory(_names);
        return await Of(owner).InTurnAsync(async uploads =>
        {
            var name = wanted;
            for (var i = 1; !overwrite && uploads.Find(name) is { } taken; i++)
            {
                if (taken.Hash == hash) return ((string?)name.Name, (string?)null);
                name = wanted with { Name = $"{Path.GetFileNameWithoutExtension(wanted.Name)} ({i}){Path.GetExtension(wanted.Name)}" };
            }

            var (files, used) = (uploads.All.Count(), uploads.All.Sum(upload => upload.Bytes));
            if (files >= _options.MaxFiles || used + bytes > _options.MaxBytes)
                return ((string?)null, (string?)Full(files, used));
            await uploads.PutAsync(new Upload(name.Type, name.Subfolder, name.Name, hash, bytes, _clock.GetUtcNow()));
            return ((string?)name.Name, (string?)null);
        }, cancellationToken);
    }

    /// <summary>Forgets what was not used for as long as jobs are kept, and deletes contents to which no name leads any more.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_names)) return;
        var now = _clock.GetUtcNow();
        // Before the names: what is stored from now on is younger than the grace.
        var stored = _contents.StoredBefore(Grace).ToArray();
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_names, "*.jsonl"))
        {
            used.UnionWith(await OfFile(Path.GetFileNameWithoutExtension(file)).InTurnAsync(async uploads =>
            {
                await uploads.KeepAsync(upload => now - upload.At < (upload.IsReplaced ? ReplacedFor : _keepFor));
                return uploads.All.Select(upload => upload.Hash).ToArray();
            }, cancellationToken));
        }

        foreach (var hash in stored.Where(hash => !used.Contains(hash))) _contents.TryDelete(hash, Grace);
    }

    public void Dispose()
    {
        foreach (var owner in _owners.Values) owner.Dispose();
    }

    private string Full(int files, long used) =>
        $"this key has {files} uploads of {used} bytes; {_options.MaxFiles} files and {_options.MaxBytes} bytes may be kept, each for {_keepFor.TotalDays:0.#} days after its last use";

    // A key's id may be anything, a file's name not.
    private OwnerUploads Of(string owner) => OfFile(Fingerprints.Of(Encoding.UTF8.GetBytes(owner)));

    private OwnerUploads OfFile(string name) => _owners.GetOrAdd(name, file => new OwnerUploads(Path.Combine(_names, file + ".jsonl"), _clock));
}
