using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GenAI.Contracts;
using GenAI.Orchestrator.Health;
using GenAI.Orchestrator.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static GenAI.Orchestrator.Tests.FakeModelServer;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace GenAI.Orchestrator.Tests.Health;

public sealed class ProbeTests : IAsyncLifetime
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ProbeClient _client = new();
    private FakeModelServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Our_own_ComfyUI_says_what_it_has_loaded_and_how_busy_it_is()
    {
        var reading = await ReadAsync(ModelDialect.ComfyUI);

        Assert.Equal("0.1.0", reading.Version);
        Assert.Equal(0.5, reading.LoadScore);
        Assert.Equal(3, reading.QueueLength);
        Assert.Equal(["flux1-dev.safetensors"], reading.Loaded);
        Assert.False(reading.Draining);
        Assert.Equal(["/system_stats"], _server.Paths);
    }

    [Fact]
    public async Task A_stock_ComfyUI_is_asked_for_its_queue_and_has_nothing_loaded_that_is_known()
    {
        _server.Answer = context => Json(context.Request.Path == "/prompt"
            ? """{"exec_info":{"queue_remaining":3}}"""
            : """{"system":{"os":"posix","comfyui_version":"0.3.40","argv":["main.py"]},"devices":[{"name":"cuda:0","vram_total":1}]}""")(context);

        var reading = await ReadAsync(ModelDialect.ComfyUI);

        Assert.Equal("0.3.40", reading.Version);
        Assert.Equal(3, reading.QueueLength);
        Assert.Equal(0.75, reading.LoadScore);
        Assert.Empty(reading.Loaded);
        Assert.Equal(["/system_stats", "/prompt"], _server.Paths);
    }

    [Fact]
    public async Task A_Stable_Diffusion_server_answers_at_health()
    {
        var reading = await ReadAsync(ModelDialect.StableDiffusion);

        Assert.Equal("0.1.0", reading.Version);
        Assert.Equal(0.25, reading.LoadScore);
        Assert.Equal(1, reading.QueueLength);
        Assert.Equal(["sd3.5_large.safetensors"], reading.Loaded);
    }

    [Fact]
    public async Task An_older_Stable_Diffusion_server_may_leave_out_what_is_new()
    {
        _server.Answer = Json("""{"status":"ok","model":"sd","load_score":0.1,"queue_length":0}""");

        var reading = await ReadAsync(ModelDialect.StableDiffusion);

        Assert.Equal("unknown", reading.Version);
        Assert.Empty(reading.Loaded);
    }

    [Fact]
    public async Task A_server_may_announce_that_it_drains()
    {
        _server.Answer = Json("""{"status":"draining","load_score":1,"queue_length":1}""");

        Assert.True((await ReadAsync(ModelDialect.StableDiffusion)).Draining);
    }

    [Fact]
    public async Task Numbers_beyond_their_bounds_are_brought_within()
    {
        _server.Answer = Json("""{"status":"ok","load_score":7.5,"queue_length":-3,"loaded":["",null,"a.safetensors"]}""");

        var reading = await ReadAsync(ModelDialect.StableDiffusion);

        Assert.Equal(1, reading.LoadScore);
        Assert.Equal(0, reading.QueueLength);
        Assert.Equal(["a.safetensors"], reading.Loaded);
    }

    [Fact]
    public async Task A_path_in_the_address_stays_in_front()
    {
        await ProbeAsync(ModelDialect.StableDiffusion, new Uri(_server.Endpoint, "/models/sd/"));

        Assert.Equal(["/models/sd/health"], _server.Paths);
    }

    [Theory]
    [InlineData(500, "/health answered 500")]
    [InlineData(404, "/health answered 404")]
    [InlineData(204, "/health answered 204")]
    public async Task Another_status_than_200_is_a_failure(int status, string reason)
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };

        Assert.Equal(new ProbeOutcome.Failed(ProbeFailure.Status, reason), await ProbeAsync(ModelDialect.StableDiffusion));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _server.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        Assert.Equal(new ProbeOutcome.Failed(ProbeFailure.Status, "/health answered 302"), await ProbeAsync(ModelDialect.StableDiffusion));
        Assert.Equal(["/health"], _server.Paths);
    }

    [Theory]
    [InlineData(ModelDialect.StableDiffusion, "<html>hello</html>", "not the JSON that was expected")]
    [InlineData(ModelDialect.StableDiffusion, "", "not the JSON that was expected")]
    [InlineData(ModelDialect.StableDiffusion, "null", "/health answered JSON null")]
    [InlineData(ModelDialect.StableDiffusion, "[]", "not the JSON that was expected")]
    [InlineData(ModelDialect.StableDiffusion, "{}", "no member 'status'")]
    [InlineData(ModelDialect.StableDiffusion, """{"status":"ok","queue_length":"many"}""", "not the JSON that was expected")]
    [InlineData(ModelDialect.StableDiffusion, """{"status":"ok","queue_length":99999999999}""", "not the JSON that was expected")]
    [InlineData(ModelDialect.ComfyUI, "{}", "no member 'system'")]
    [InlineData(ModelDialect.ComfyUI, """{"system":{},"devices":[]}""", "no member 'exec_info'")]
    [InlineData(ModelDialect.ComfyUI, """{"system":{},"genai":{"loaded":"all"}}""", "not the JSON that was expected")]
    public async Task Another_body_than_the_dialects_is_a_failure(ModelDialect dialect, string body, string reason)
    {
        _server.Answer = Json(body);

        var failed = Assert.IsType<ProbeOutcome.Failed>(await ProbeAsync(dialect));
        Assert.Equal(ProbeFailure.Body, failed.Failure);
        Assert.Contains(reason, failed.Reason);
    }

    [Fact]
    public async Task A_server_that_says_it_is_loading_is_not_ready()
    {
        _server.Answer = Json("""{"status":"loading"}""");

        Assert.Equal(
            new ProbeOutcome.Failed(ProbeFailure.NotReady, "/health answered the status 'loading'"), await ProbeAsync(ModelDialect.StableDiffusion));
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        _server.Answer = async context =>
        {
            var chunk = Encoding.ASCII.GetBytes(new string(' ', 16 * 1024));
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        };

        Assert.Equal(new ProbeOutcome.Failed(ProbeFailure.Body, "its answer is longer than 256 KiB"), await ProbeAsync(ModelDialect.StableDiffusion));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left_at_the_timeout()
    {
        _server.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

        Assert.Equal(
            new ProbeOutcome.Failed(ProbeFailure.Timeout, "no whole answer within 0.2 s"),
            await ProbeAsync(ModelDialect.StableDiffusion, timeout: TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task A_server_that_stops_in_the_middle_of_its_answer_is_left_at_the_timeout()
    {
        _server.Answer = async context =>
        {
            await context.Response.WriteAsync("""{"status":""");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };

        var failed = Assert.IsType<ProbeOutcome.Failed>(await ProbeAsync(ModelDialect.StableDiffusion, timeout: TimeSpan.FromMilliseconds(200)));
        Assert.Equal(ProbeFailure.Timeout, failed.Failure);
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_a_failure()
    {
        _server.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var failed = Assert.IsType<ProbeOutcome.Failed>(await ProbeAsync(ModelDialect.StableDiffusion));
        Assert.Equal(ProbeFailure.Connection, failed.Failure);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_a_refused_connection()
    {
        Assert.Equal(
            new ProbeOutcome.Failed(ProbeFailure.Refused, "connection refused"), await ProbeAsync(ModelDialect.ComfyUI, UnusedAddress()));
    }

    [Fact]
    public async Task A_kept_connection_to_a_process_that_is_gone_is_a_refused_connection_too()
    {
        await ReadAsync(ModelDialect.ComfyUI);
        await _server.KillAsync();

        var failed = Assert.IsType<ProbeOutcome.Failed>(await ProbeAsync(ModelDialect.ComfyUI));
        Assert.Equal(ProbeFailure.Refused, failed.Failure);
    }

    [Fact]
    public async Task Something_that_speaks_no_HTTP_is_a_failure()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var greeting = GreetAsync(listener);

        var failed = Assert.IsType<ProbeOutcome.Failed>(
            await ProbeAsync(ModelDialect.ComfyUI, new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")));

        Assert.Equal(ProbeFailure.Connection, failed.Failure);
        await greeting;
    }

    [Fact]
    public async Task Each_probe_is_measured_and_each_failure_counted_with_its_kind()
    {
        using var recorder = new MeasurementRecorder(_services.GetRequiredService<IMeterFactory>());
        var prober = Prober(TimeSpan.FromSeconds(10));
        await prober.ProbeAsync(Target(ModelDialect.ComfyUI, _server.Endpoint), Token);
        await prober.ProbeAsync(Target(ModelDialect.ComfyUI, UnusedAddress()), Token);

        Assert.Equal(2, recorder.Of("genai_probe_duration").Count);
        var failure = Assert.Single(recorder.Of("genai_probe_failures"));
        Assert.Equal("connection_refused", failure.Tags["error.type"]);
        Assert.Equal("flux-1-dev", failure.Tags["model"]);
        Assert.Equal("flux-1-dev-0", failure.Tags["instance"]);
    }

    [Fact]
    public async Task A_probe_that_is_stopped_by_the_service_is_no_failure()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Prober(TimeSpan.FromSeconds(10)).ProbeAsync(Target(ModelDialect.ComfyUI, _server.Endpoint), stopped.Token));
    }

    private static async Task GreetAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        await client.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.6\r\n"u8.ToArray(), Token);
    }

    private static Uri UnusedAddress() => new($"http://127.0.0.1:{FreePorts.Take(1)[0]}");

    private static InstanceTarget Target(ModelDialect dialect, Uri endpoint) => new("flux-1-dev-0", "flux-1-dev", dialect, endpoint);

    private async Task<ProbeReading> ReadAsync(ModelDialect dialect) =>
        Assert.IsType<ProbeOutcome.Answered>(await ProbeAsync(dialect)).Reading;

    private Task<ProbeOutcome> ProbeAsync(ModelDialect dialect, Uri? endpoint = null, TimeSpan? timeout = null) =>
        Prober(timeout ?? TimeSpan.FromSeconds(20)).ProbeAsync(Target(dialect, endpoint ?? _server.Endpoint), Token);

    private InstanceProber Prober(TimeSpan timeout) => new(
        [new ComfyUIProbe(_client), new StableDiffusionProbe(_client)],
        new HealthMetrics(_services.GetRequiredService<IMeterFactory>(), new SnapshotFeed(TimeProvider.System)),
        TimeProvider.System,
        MsOptions.Create(new HealthOptions { Timeout = timeout }));
}
