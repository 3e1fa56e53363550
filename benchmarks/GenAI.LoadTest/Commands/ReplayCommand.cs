using System.CommandLine;
using GenAI.LoadTest.Replay;
using GenAI.LoadTest.Reporting;

namespace GenAI.LoadTest.Commands;

/// <summary><c>replay</c>: a trace through the real gateway.</summary>
internal static class ReplayCommand
{
    private const string Description = """
        A trace, time-scaled, through the real gateway (ComfyUI's API, one client with a socket for each prompt), and through nginx with
        least_conn and HAProxy with leastconn in front of servers that are alike, all at the same time. Each server does one job at a
        time, holds one checkpoint and loads the one that a request names; what the proxies send waits at the server. Requests, execution
        and load times and arrivals (Poisson, at --load of what the servers can do without loading) are those of the simulator's
        'dispatch', whose figure for the same requests stands beside; all have one tenant.

        Example:
          replay requests.csv --loads load_seconds.csv
          replay requests.csv --loads load_seconds.csv --scale 10 --requests 1000 --json

        What is measured in milliseconds is told in seconds of the trace. The gateway's policy is that of the simulator with every time
        in its options scaled alike.
        """;

    public static Command Create()
    {
        var trace = new Argument<FileInfo>("trace") { Description = "CSV of requests: arrival_s,exec_s and where known checkpoint,steps,images" };
        var loads = new Option<FileInfo?>("--loads") { Description = "CSV of load-time quantiles, with a row base_model; without it a load takes 20 s" };
        var scale = NumberOptions.Number("--scale", "Milliseconds that a second of the trace takes", 15, 1, 1000);
        var requests = NumberOptions.Whole("--requests", "Requests", 1800, 10, 1_000_000);
        var load = NumberOptions.Number("--load", "Offered work, loading aside, divided by what the servers can do", 0.7, 0.01, 2);
        var instances = NumberOptions.Whole("--instances", "Servers", 8, 1, 100);
        var seed = NumberOptions.Whole("--seed", "Of all that is drawn", 1, 0, int.MaxValue);
        var json = new Option<bool>("--json") { Description = "JSON alone on standard output" };
        var command = new Command("replay", Description) { trace, loads, scale, requests, load, instances, seed, json };
        command.Validators.Add(result =>
        {
            foreach (var file in new[] { result.GetValue(trace), result.GetValue(loads) })
            {
                if (file is { Exists: false }) result.AddError($"'{file.FullName}' is given; expected a file that exists.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            Report? report = null;
            var count = parsed.GetValue(requests);
            var code = await Runs.WithProgressAsync("requests answered", ReplayExperiment.LiveWays * (double)count, async answered =>
            {
                var experiment = new ReplayExperiment(
                    new Simulator.Dispatching.DispatchSettings
                    {
                        Trace = parsed.GetValue(trace)!.FullName, Loads = parsed.GetValue(loads)?.FullName, Instances = parsed.GetValue(instances),
                        Load = parsed.GetValue(load), Requests = count, Seeds = 1,
                    },
                    parsed.GetValue(seed), parsed.GetValue(scale) / 1000);
                report = await experiment.RunAsync(answered, cancellation);
            });
            report?.Write(parsed.GetValue(json));
            return code;
        });
        return command;
    }
}
