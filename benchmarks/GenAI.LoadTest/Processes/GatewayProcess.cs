using GenAI.Contracts.Access;
using GenAI.Testing;

namespace GenAI.LoadTest.Processes;

/// <summary>The gateway as it is deployed: its own process, keys on, a journal on disk.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly int[] _ports;
    private readonly OwnedProcess _process;

    private GatewayProcess(OwnedProcess process, int[] ports, string key) => (_process, _ports, Key) = (process, ports, key);

    /// <summary>With every scope.</summary>
    public string Key { get; }

    public Uri Address => At(0);

    public Uri Flux => At(1);

    public Uri StableDiffusion => At(2);

    public Uri Workflows => At(3);

    public long ResidentBytes => _process.ResidentBytes;

    public TimeSpan ProcessorTime => _process.ProcessorTime;

    /// <param name="folder">Of its journal.</param>
    /// <param name="settings">By name, over the defaults.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <param name="key">One that an earlier gateway on this folder had.</param>
    /// <exception cref="LoadTestException">It does not start.</exception>
    public static async Task<GatewayProcess> StartAsync(
        string folder, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken, string? key = null)
    {
        var ports = FreePorts.Take(4);
        key ??= ApiKeyFormat.NewKey(ApiKeyFormat.NewId());
        var project = ProjectFolder();
        // Built with this program, in the same flavour.
        var flavour = Path.GetRelativePath(Path.Combine(project, "..", "..", "benchmarks", "GenAI.LoadTest", "bin"), AppContext.BaseDirectory);
        var all = new Dictionary<string, string>(settings, StringComparer.Ordinal)
        {
            ["GENAI_PORT_GATEWAY"] = $"{ports[0]}", ["GENAI_PORT_FLUX"] = $"{ports[1]}", ["GENAI_PORT_SD35"] = $"{ports[2]}", ["GENAI_PORT_COMFYUI"] = $"{ports[3]}",
            ["GenAI:Gateway:Jobs:Folder"] = folder,
            ["GenAI:Gateway:Dispatch:DrainLimit"] = "00:00:00",
            ["GenAI:Orchestrator:Url"] = "http://127.0.0.1:1",
            ["API_AUTH_ENABLED"] = "true",
            ["GENAI_ADMIN_KEY"] = key,
            ["LOG_LEVEL"] = "warning",
        };
        var program = Path.Combine(project, "bin", flavour, "GenAI.Gateway.dll");
        if (!File.Exists(program)) throw new LoadTestException($"There is no {program}; build this project from the repository first.");
        var process = await OwnedProcess.StartAsync(
            "the gateway", "dotnet", [program, .. all.Select(setting => $"--{setting.Key}={setting.Value}")], project,
            new Uri($"http://127.0.0.1:{ports[0]}/alive"), cancellationToken);
        return new GatewayProcess(process, ports, key);
    }

    /// <summary>An HTTP client with the key.</summary>
    public HttpClient Connect(Uri address)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        return http;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private Uri At(int index) => new($"http://127.0.0.1:{_ports[index]}");

    private static string ProjectFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GenAI.sln"))) return Path.Combine(folder.FullName, "src", "GenAI.Gateway");
        }

        throw new LoadTestException($"{AppContext.BaseDirectory} is in no checkout of the repository, in which the gateway is.");
    }
}
