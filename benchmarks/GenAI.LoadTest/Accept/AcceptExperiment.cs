using System.Net.Http.Headers;
using System.Text;
using GenAI.LoadTest.Driving;
using GenAI.LoadTest.Processes;
using GenAI.LoadTest.Reporting;
using GenAI.LoadTest.Servers;

namespace GenAI.LoadTest.Accept;

/// <summary>The journal alone, then the gateway, then its memory.</summary>
internal sealed class AcceptExperiment
{
    private const double Megabyte = 1e6;

    private const int WarmUp = 10_000;

    /// <summary>Longer than any measurement.</summary>
    private static readonly WorkOrder Endless = new(TimeSpan.FromHours(4));

    public required int Clients { get; init; }

    public required TimeSpan Duration { get; init; }

    public required int Queued { get; init; }

    /// <param name="accepted">Called for each job that waits then.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="LoadTestException">A job is not accepted.</exception>
    public async Task<Report> RunAsync(Action accepted, CancellationToken cancellationToken)
    {
        var report = new Report($"{Duration.TotalSeconds:0.#} s each: jobs per second, milliseconds to the answer, memory in MB", "jobs/s", "p50 ms", "p99 ms", "MB", "seconds");
        foreach (var callers in new[] { 1, Clients })
            report.Add($"journal, {Text(callers)}", Row(await JournalRate.MeasureAsync(callers, Duration, cancellationToken)));

        using var folder = new WorkFolder();
        await using var fleet = await ServerFleet.StartAsync([1], cancellationToken);
        var settings = Settings(fleet);
        string key;
        int queued;
        await using (var gateway = await GatewayProcess.StartAsync(folder.Path, settings, cancellationToken))
        {
            key = gateway.Key;
            report.Add("gateway at its start", double.NaN, double.NaN, double.NaN, gateway.ResidentBytes / Megabyte, double.NaN);
            queued = await MeasureAsync(gateway, report, accepted, cancellationToken);
        }

        var since = TimeProvider.System.GetTimestamp();
        await using var again = await GatewayProcess.StartAsync(folder.Path, settings, cancellationToken, key);
        var took = TimeProvider.System.GetElapsedTime(since);
        report.Add($"started again with {queued:#,0} jobs", double.NaN, double.NaN, double.NaN, again.ResidentBytes / Megabyte, took.TotalSeconds);
        return report;
    }

    /// <returns>How many jobs wait then.</returns>
    private async Task<int> MeasureAsync(GatewayProcess gateway, Report report, Action accepted, CancellationToken cancellationToken)
    {
        using var http = gateway.Connect(gateway.Workflows);
        var count = 0;
        // Code is compiled in earnest only after some thousand requests; these are not counted.
        await ClosedLoop.RunAsync(Clients, TimeSpan.MaxValue, SubmitAsync, Math.Min(WarmUp, Queued / 4), cancellationToken);
        foreach (var clients in new[] { 1, Clients })
        {
            var loop = await ClosedLoop.RunAsync(clients, Duration, SubmitAsync, int.MaxValue, cancellationToken);
            report.Add($"POST /prompt, {Text(clients)}", Row(loop));
            if (clients > 1) report.Add(new Bar($"jobs accepted a second, {clients} clients", loop.PerSecond, 2000, AtLeast: true));
        }

        var left = Queued - count;
        var since = TimeProvider.System.GetTimestamp();
        var (rate, seconds) = (double.NaN, double.NaN);
        if (left > 0)
        {
            await ClosedLoop.RunAsync(Clients, TimeSpan.MaxValue, SubmitAsync, left, cancellationToken);
            seconds = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
            rate = left / seconds;
        }

        var memory = gateway.ResidentBytes / Megabyte;
        report.Add($"{count:#,0} jobs wait", rate, double.NaN, double.NaN, memory, seconds);
        report.Add(new Bar($"MB with {count:#,0} queued jobs", memory, 300));
        return count;

        async Task SubmitAsync(CancellationToken stop)
        {
            using var content = new ByteArrayContent(Body(Interlocked.Increment(ref count))) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await http.PostAsync("prompt", content, stop);
            if (!answer.IsSuccessStatusCode) throw new LoadTestException($"The gateway answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
            accepted();
        }
    }

    private static Dictionary<string, string> Settings(ServerFleet fleet) => new(StringComparer.Ordinal)
    {
        ["COMFYUI_URL"] = fleet.AddressList,
        ["GenAI:Gateway:Jobs:QueueLength"] = "10000000",
        ["GenAI:Gateway:Jobs:QueueLengthPerKey"] = "10000000",
        ["GenAI:Gateway:Dispatch:HangLimit"] = "06:00:00",
    };

    private static byte[] Body(int seed) => Encoding.UTF8.GetBytes($$"""{"prompt": {{TextToImage.Graph(Endless, "sd_xl_base_1.0.safetensors", 20, 1, seed).ToJsonString()}}, "client_id": "load-test"}""");

    private static string Text(int callers) => callers == 1 ? "one client" : $"{callers} clients";

    private static double[] Row(LoopRate rate) => [rate.PerSecond, rate.P50, rate.P99, double.NaN, double.NaN];
}
