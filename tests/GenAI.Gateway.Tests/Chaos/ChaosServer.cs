using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Chaos;

/// <summary>A model server that dies and comes back, at one address and with one folder.</summary>
/// <param name="id">As the gateway calls it.</param>
internal sealed class ChaosServer(string id, TemporaryFolder folder) : IAsyncDisposable
{
    private const string Counter = "_00001_.png";

    private readonly string _folder = folder.Combine(id);
    private readonly List<DateTimeOffset> _deaths = [];
    private ServerProcess? _process;

    public string Id => id;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePorts.Take(1)[0]}/");

    /// <summary>When it was killed.</summary>
    public IReadOnlyList<DateTimeOffset> Deaths => _deaths;

    public ServerProcess Process => _process!;

    public void Start(params string[] settings) => _process = ServerProcess.StartModelServer(Address, _folder, settings);

    public void Kill()
    {
        _process!.Kill();
        // Afterwards: what it wrote, it wrote before.
        _deaths.Add(TimeProvider.System.GetUtcNow());
    }

    public Task AnswersAsync() => Answering.AnswersAsync(new Uri(Address, "queue"), Process);

    /// <summary>
    /// The prompts that it ran to the end in all its lives, by what they left on its disk: each has a file prefix of its own, and saving the
    /// picture is the last that it does.
    /// </summary>
    public IEnumerable<(string Prefix, string Server, DateTimeOffset At)> Completions()
    {
        var output = new DirectoryInfo(Path.Combine(_folder, "output"));
        return output.Exists
            ? output.EnumerateFiles().Select(file => (file.Name[..^Counter.Length], id, new DateTimeOffset(file.LastWriteTimeUtc)))
            : [];
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }
}
