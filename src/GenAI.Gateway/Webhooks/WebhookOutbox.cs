using System.Threading.Channels;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Webhooks;

/// <summary>
/// The jobs whose ends are still to be told, each an empty file in the jobs' folder: made before the job is accepted and deleted when it was told,
/// so that a gateway that is killed at any moment in between tells it after its next start. Where to is in the job itself.
/// </summary>
internal sealed class WebhookOutbox(IOptions<JobOptions> options)
{
    private readonly string _folder = Path.Combine(options.Value.Folder, "webhooks");
    private readonly Channel<string> _accepted = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Ids of jobs that were accepted.</summary>
    public ChannelReader<string> Accepted => _accepted.Reader;

    /// <summary>To be called before the jobs are submitted.</summary>
    /// <returns>Those that were not held before.</returns>
    /// <exception cref="IOException">It cannot be written, such as on a full disk.</exception>
    public Task<IReadOnlyList<string>> HoldAsync(IReadOnlyList<string> ids) => Task.Run<IReadOnlyList<string>>(() =>
    {
        Directory.CreateDirectory(_folder);
        return [.. ids.Where(TryMake)];
    });

    /// <summary>They are in the journal: their ends will be told.</summary>
    public void Accept(IEnumerable<string> ids)
    {
        foreach (var id in ids) _accepted.Writer.TryWrite(id);
    }

    /// <summary>Takes it upon this gateway to tell the job's end, until the answer is disposed or the gateway dies.</summary>
    /// <returns>Null when another gateway that shares the folder is at it, or has told it.</returns>
    public IDisposable? TryTake(string id)
    {
        try
        {
            return new FileStream(PathOf(id), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public DateTimeOffset HeldSince(string id) => new(File.GetLastWriteTimeUtc(PathOf(id)), TimeSpan.Zero);

    /// <summary>There is nothing to tell, or no more.</summary>
    public Task DropAsync(IEnumerable<string> ids) => Task.Run(() =>
    {
        foreach (var id in ids) File.Delete(PathOf(id));
    });

    /// <summary>What this gateway holds, one before it held, or one that shares the folder does.</summary>
    public IReadOnlyList<string> Held() =>
        Directory.Exists(_folder) ? [.. Directory.EnumerateFiles(_folder).Select(Path.GetFileName).OfType<string>().Where(name => Guid.TryParse(name, out _))] : [];

    private bool TryMake(string id)
    {
        var path = PathOf(id);
        try
        {
            new FileStream(path, FileMode.CreateNew, FileAccess.Write).Dispose();
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    private string PathOf(string id) => Path.Combine(_folder, id);
}
