using System.Text.Json.Nodes;
using GenAI.LoadTest.Driving;
using GenAI.LoadTest.Processes;
using GenAI.LoadTest.Reporting;
using GenAI.LoadTest.Servers;
using GenAI.Scheduling.Dispatch;
using GenAI.Simulator.Dispatching;

namespace GenAI.LoadTest.Replay;

/// <summary>The simulator's requests, live.</summary>
/// <param name="settings">The simulator's.</param>
/// <param name="seed">Of what is drawn.</param>
/// <param name="scale">Seconds that one of the trace takes.</param>
internal sealed class ReplayExperiment(DispatchSettings settings, int seed, double scale)
{
    public const int LiveWays = 3;

    private const double Faithful = 1.10, Better = 0.80;

    /// <summary>Of the requests, the first are not counted: the fleet is empty, and code is still being compiled.</summary>
    private const double NotCounted = 0.1;

    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(1);

    private readonly Scenario _scenario = new(settings);

    /// <exception cref="LoadTestException">A program is missing or fails, or a request is not answered.</exception>
    public async Task<Report> RunAsync(Action answered, CancellationToken cancellationToken)
    {
        var jobs = Jobs();
        var loads = Simulate(jobs, cancellationToken);
        TimeSpan[] arrivals = [.. jobs.Select(job => Beginning + Scaled(job.Arrival))];

        await using var behindNginx = await StartServersAsync(cancellationToken);
        await using var behindHAProxy = await StartServersAsync(cancellationToken);
        await using var behindGateway = await StartServersAsync(cancellationToken);
        await using var warmUp = await StartServersAsync(cancellationToken);
        await using var nginx = await ProxyProcess.StartNginxAsync(behindNginx.Addresses, cancellationToken);
        await using var haproxy = await ProxyProcess.StartHAProxyAsync(behindHAProxy.Addresses, oneEach: false, cancellationToken);
        using var folder = new WorkFolder();
        var policy = PolicyScale.Settings(new DispatchOptions(), scale);
        var gatewaySettings = new Dictionary<string, string>(policy, StringComparer.Ordinal) { ["COMFYUI_URL"] = behindGateway.AddressList, ["FLUX_URL"] = warmUp.AddressList };
        await using var gateway = await GatewayProcess.StartAsync(folder.Path, gatewaySettings, cancellationToken);
        await using (var clients = new ComfyUIClients(gateway.Connect(gateway.Flux), gateway.Key))
            await WarmUp.RunAsync(stop => clients.RunAsync(TextToImage.Graph(default, "warm-up.safetensors", 1, 1, 1), stop), cancellationToken);

        using var toNginx = GenerateClient.To(nginx.Address);
        using var toHAProxy = GenerateClient.To(haproxy.Address);
        await using var toGateway = new ComfyUIClients(gateway.Connect(gateway.Workflows), gateway.Key);

        JsonObject[] bodies = [.. jobs.Select(job => new JsonObject { ["prompt"] = Order(job).Prompt, ["checkpoint"] = Checkpoint(job) })];
        JsonObject[] graphs = [.. jobs.Select(job => TextToImage.Graph(Order(job), Checkpoint(job), Math.Max(1, job.Steps), job.Images, job.Index))];
        var live = await Task.WhenAll(
            OpenLoop.RunAsync(arrivals, (index, stop) => toGateway.RunAsync(graphs[index], stop), answered, cancellationToken),
            OpenLoop.RunAsync(arrivals, (index, stop) => toNginx.SendAsync(bodies[index], stop), answered, cancellationToken),
            OpenLoop.RunAsync(arrivals, (index, stop) => toHAProxy.SendAsync(bodies[index], stop), answered, cancellationToken));
        return Tell(
        [
            new("simulator, genai", Counted(jobs.Select(job => job.Response)), loads, []),
            Live("gateway", live[0], behindGateway),
            Live("nginx least_conn", live[1], behindNginx),
            Live("HAProxy leastconn", live[2], behindHAProxy),
        ]);
    }

    /// <summary>
    /// The simulator's requests as one client asks for them. Images count as steps, so that no batch is shared out: what the request
    /// takes is given, not how it comes about.
    /// </summary>
    private SimJob[] Jobs() =>
    [
        .. _scenario.Jobs(seed, factor: 1).Select(job => new SimJob
        {
            Index = job.Index, Arrival = job.Arrival, Execution = job.Execution, Checkpoint = job.Checkpoint, Tenant = "one",
            Steps = Math.Max(1, job.Steps) * job.Images, CheckpointLoad = job.CheckpointLoad,
        }),
    ];

    /// <returns>Loads for each request.</returns>
    private double Simulate(SimJob[] jobs, CancellationToken cancellationToken)
    {
        var instances = _scenario.Instances(new ModelFleet("", settings.Instances), before: 0);
        return new DispatchSimulation(jobs, Policies.Create("genai", seed, new DispatchOptions()), instances).Run(cancellationToken).LoadsPerRequest;
    }

    private Task<ServerFleet> StartServersAsync(CancellationToken cancellationToken) =>
        ServerFleet.StartAsync([.. Enumerable.Repeat(1.0, settings.Instances)], cancellationToken);

    private TimeSpan Scaled(double seconds) => TimeSpan.FromSeconds(seconds * scale);

    private WorkOrder Order(SimJob job) => new(Scaled(job.Execution), Scaled(job.CheckpointLoad));

    private static string Checkpoint(SimJob job) => $"{job.Checkpoint}.safetensors";

    private ReplayFigures Live(string name, double[] milliseconds, ServerFleet fleet) =>
        new(name, Counted(milliseconds.Select(time => time / 1000 / scale)), (double)fleet.Loads / milliseconds.Length, fleet.Gaps);

    private static double[] Counted(IEnumerable<double> responses)
    {
        var all = responses.ToArray();
        return [.. all.Skip((int)(NotCounted * all.Length)).Order()];
    }

    /// <param name="ways">The simulator, the gateway, and its rivals.</param>
    private Report Tell(ReplayFigures[] ways)
    {
        var report = new Report(
            $"{Path.GetFileName(settings.Trace)}, {settings.Requests} requests, {settings.Instances} servers, load {settings.Load}, {scale * 1000:0.#} ms a second: seconds of the trace",
            "mean s", "p50 s", "p95 s", "p99 s", "loads/request", "gap p25 ms", "gap p50 ms");
        foreach (var way in ways) report.Add(way.Name, way.Mean, way.Quantile(0.5), way.Quantile(0.95), way.Quantile(0.99), way.LoadsPerRequest, DispatchFigures.Quantile(way.Gaps, 0.25), DispatchFigures.Quantile(way.Gaps, 0.5));
        var gateway = ways[1];
        foreach (var (other, limit) in ways.Where(way => way != gateway).Select((way, index) => (way, index == 0 ? Faithful : Better)))
        {
            report.Add(new Bar($"gateway, mean to {other.Name}", gateway.Mean / other.Mean, limit));
            report.Add(new Bar($"gateway, p95 to {other.Name}", gateway.Quantile(0.95) / other.Quantile(0.95), limit));
        }

        return report;
    }

    /// <param name="Responses">Seconds of the trace, sorted.</param>
    private sealed record ReplayFigures(string Name, double[] Responses, double LoadsPerRequest, double[] Gaps)
    {
        public double Mean => Responses.Average();

        public double Quantile(double level) => DispatchFigures.Quantile(Responses, level);
    }
}
