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

    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(1);

    private readonly Scenario _scenario = new(settings);

    /// <exception cref="LoadTestException">A program is missing or fails, or a request is not answered.</exception>
    public async Task<Report> RunAsync(Action answered, CancellationToken cancellationToken)
    {
        var jobs = Jobs();
        var simulated = Simulate(jobs, cancellationToken);
        TimeSpan[] arrivals = [.. jobs.Select(job => Beginning + Scaled(job.Arrival))];

        await using var behindNginx = await StartServersAsync(cancellationToken);
        await using var behindHAProxy = await StartServersAsync(cancellationToken);
        await using var behindGateway = await StartServersAsync(cancellationToken);
        await using var nginx = await ProxyProcess.StartNginxAsync(behindNginx.Addresses, cancellationToken);
        await using var haproxy = await ProxyProcess.StartHAProxyAsync(behindHAProxy.Addresses, oneEach: false, cancellationToken);
        using var folder = new WorkFolder();
        var policy = PolicyScale.Settings(new DispatchOptions(), scale);
        await using var gateway = await GatewayProcess.StartAsync(
            folder.Path, new Dictionary<string, string>(policy, StringComparer.Ordinal) { ["COMFYUI_URL"] = behindGateway.AddressList }, cancellationToken);
        using var toNginx = GenerateClient.To(nginx.Address);
        using var toHAProxy = GenerateClient.To(haproxy.Address);
        await using var toGateway = new ComfyUIClients(gateway.Connect(gateway.Workflows), gateway.Key);

        JsonObject[] bodies = [.. jobs.Select(job => new JsonObject { ["prompt"] = Order(job).Prompt, ["checkpoint"] = Checkpoint(job) })];
        JsonObject[] graphs = [.. jobs.Select(job => TextToImage.Graph(Order(job), Checkpoint(job), Math.Max(1, job.Steps), job.Images, job.Index))];
        var live = await Task.WhenAll(
            OpenLoop.RunAsync(arrivals, (index, stop) => toGateway.RunAsync(graphs[index], stop), answered, cancellationToken),
            OpenLoop.RunAsync(arrivals, (index, stop) => toNginx.SendAsync(bodies[index], stop), answered, cancellationToken),
            OpenLoop.RunAsync(arrivals, (index, stop) => toHAProxy.SendAsync(bodies[index], stop), answered, cancellationToken));
        return Tell(simulated, live, [behindGateway.Loads, behindNginx.Loads, behindHAProxy.Loads]);
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

    private DispatchFigures Simulate(SimJob[] jobs, CancellationToken cancellationToken)
    {
        var instances = _scenario.Instances(new ModelFleet("", settings.Instances), before: 0);
        return new DispatchSimulation(jobs, Policies.Create("genai", seed, new DispatchOptions()), instances).Run(cancellationToken);
    }

    private Task<ServerFleet> StartServersAsync(CancellationToken cancellationToken) =>
        ServerFleet.StartAsync([.. Enumerable.Repeat(1.0, settings.Instances)], cancellationToken);

    private TimeSpan Scaled(double seconds) => TimeSpan.FromSeconds(seconds * scale);

    private WorkOrder Order(SimJob job) => new(Scaled(job.Execution), Scaled(job.CheckpointLoad));

    private static string Checkpoint(SimJob job) => $"{job.Checkpoint}.safetensors";

    private Report Tell(DispatchFigures simulated, double[][] live, int[] loads)
    {
        var report = new Report(
            $"{Path.GetFileName(settings.Trace)}, {settings.Requests} requests, {settings.Instances} servers, load {settings.Load}, {scale * 1000:0.#} ms a second: seconds of the trace",
            "mean s", "p50 s", "p95 s", "p99 s", "loads/request");
        report.Add("simulator, genai", simulated.Mean, simulated.P50, simulated.P95, simulated.P99, simulated.LoadsPerRequest);
        string[] names = ["gateway", "nginx least_conn", "HAProxy leastconn"];
        var sorted = live.Select(times => times.Select(time => time / 1000 / scale).Order().ToArray()).ToArray();
        for (var way = 0; way < names.Length; way++)
            report.Add(names[way], Mean(way), Quantile(way, 0.5), Quantile(way, 0.95), Quantile(way, 0.99), (double)loads[way] / settings.Requests);

        report.Add(new Bar("gateway, mean to the simulator", Mean(0) / simulated.Mean, Faithful));
        report.Add(new Bar("gateway, p95 to the simulator", Quantile(0, 0.95) / simulated.P95, Faithful));
        for (var rival = 1; rival < names.Length; rival++)
        {
            report.Add(new Bar($"gateway, mean to {names[rival]}", Mean(0) / Mean(rival), Better));
            report.Add(new Bar($"gateway, p95 to {names[rival]}", Quantile(0, 0.95) / Quantile(rival, 0.95), Better));
        }

        return report;

        double Mean(int way) => sorted[way].Average();

        double Quantile(int way, double level) => DispatchFigures.Quantile(sorted[way], level);
    }
}
