using System.Diagnostics.Metrics;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing;
using GenAI.Gateway.Routing.Draining;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>The real gateway on four free ports.</summary>
internal sealed class TestGateway : WebApplicationFactory<Program>
{
    private readonly int[] _ports = FreePorts.Take(4);
    private readonly Dictionary<string, string?> _settings;
    private readonly TimeProvider? _clock;
    private readonly TemporaryFolder _folder = new();
    private readonly ServedRequests _served = new();

    private TestGateway(Dictionary<string, string?> settings, TimeProvider? clock)
    {
        _settings = settings;
        _clock = clock;
        try
        {
            UseKestrel();
            StartServer();
        }
        catch
        {
            // Nobody gets it to dispose of.
            _folder.Dispose();
            throw;
        }
    }

    public LogCollector Log { get; } = new();

    /// <summary>How many requests the server has seen; those on the fast path are not among them.</summary>
    public int Served => _served.Count;

    public Uri Address => Port(0);

    public Uri Flux => Port(1);

    public Uri StableDiffusion => Port(2);

    public Uri Workflows => Port(3);

    public JobDesk Desk => Services.GetRequiredService<JobDesk>();

    public Fleet Fleet => Services.GetRequiredService<Fleet>();

    public PassThroughLoad Load => Services.GetRequiredService<PassThroughLoad>();

    /// <summary>A gateway whose orchestrator is at <paramref name="orchestrator"/>, or away when it is null.</summary>
    public static TestGateway Start(Uri? orchestrator = null, Dictionary<string, string?>? settings = null, TimeProvider? clock = null)
    {
        var all = new Dictionary<string, string?>(settings ?? [], StringComparer.Ordinal);
        all.TryAdd("GenAI:Orchestrator:Url", (orchestrator ?? new Uri("http://127.0.0.1:1")).ToString().TrimEnd('/'));
        return new TestGateway(all, clock);
    }

    /// <summary>
    /// What this gateway measures. Its <c>/metrics</c> is no witness beside other tests: OpenTelemetry takes what all gateways of a process
    /// measure under one name for one metric, which ends with the first of them.
    /// </summary>
    public MeasurementRecorder Record() => new(Services.GetRequiredService<IMeterFactory>());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A client with its own connections, that follows no redirect and fails for no status.</summary>
    public HttpClient Connect(Uri? address = null) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address ?? Address };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        string[] names = ["GENAI_PORT_GATEWAY", "GENAI_PORT_FLUX", "GENAI_PORT_SD35", "GENAI_PORT_COMFYUI"];
        foreach (var (name, port) in names.Zip(_ports)) builder.UseSetting(name, port.ToString());
        builder.UseSetting("GenAI:Gateway:Jobs:Folder", _folder.Path);
        builder.UseSetting("GenAI:Gateway:Dispatch:DrainLimit", "00:00:00");
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        builder.ConfigureTestServices(services =>
        {
            if (_clock is not null) services.AddSingleton(_clock);
            services.AddSingleton<IStartupFilter>(_served);
        });
    }

    private Uri Port(int index) => new($"http://127.0.0.1:{_ports[index]}");

    private sealed class ServedRequests : IStartupFilter
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(inner => context =>
            {
                Interlocked.Increment(ref _count);
                return inner(context);
            });
            next(app);
        };
    }
}
