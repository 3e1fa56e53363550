using System.CommandLine;
using GenAI.LoadTest.Heavy;
using GenAI.LoadTest.Reporting;

namespace GenAI.LoadTest.Commands;

/// <summary><c>heavy</c>: few, long requests to few servers.</summary>
internal static class HeavyCommand
{
    private const string Description = """
        Requests to POST /generate whose work is lognormal (mean 300 ms, coefficient of variation 1.5), Poisson, 80 % of what four
        servers can do, of which one is half as fast and each does one job at a time. The same requests go at the same times through
        nginx with least_conn, through HAProxy with leastconn and maxconn 1, through the gateway without estimates of a job's time, and
        through the gateway as it is, which learns from steps x pixels x images how long a job will take; each has four servers of its own.

        Example:
          heavy
          heavy --seeds 2 --seconds 60 --json

        Times are from the moment a request was to be sent to its whole answer. The first seconds are not counted. Ratios are taken for
        each seed, within which all saw the same, and averaged. 'gap' is the time between two jobs at a server, at its lower quartile,
        where the next job was waiting: what the way needs to bring it.
        """;

    public static Command Create()
    {
        var seeds = NumberOptions.Whole("--seeds", "Workloads", 4, 1, 100);
        var together = NumberOptions.Whole("--together", "Workloads that are run at the same time", 2, 1, 16);
        var seconds = NumberOptions.Number("--seconds", "Seconds of arrivals that are counted", 120, 1, 3600);
        var runIn = NumberOptions.Number("--run-in", "Seconds of arrivals before them, which are not counted", 25, 0, 600);
        var load = NumberOptions.Number("--load", "Offered work divided by what the servers can do", 0.8, 0.01, 0.99);
        var mean = NumberOptions.Number("--mean", "Mean work of a request in milliseconds", 300, 10, 10_000);
        var variation = NumberOptions.Number("--cv", "Coefficient of variation of the work", 1.5, 0.01, 10);
        var json = new Option<bool>("--json") { Description = "JSON alone on standard output" };
        var command = new Command("heavy", Description) { seeds, together, seconds, runIn, load, mean, variation, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var experiment = new HeavyExperiment
            {
                Seeds = parsed.GetValue(seeds),
                Together = parsed.GetValue(together),
                Counted = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                RunIn = TimeSpan.FromSeconds(parsed.GetValue(runIn)),
                Load = parsed.GetValue(load),
                Mean = TimeSpan.FromMilliseconds(parsed.GetValue(mean)),
                Variation = parsed.GetValue(variation),
            };
            Report? report = null;
            var code = await Runs.WithProgressAsync("requests answered", experiment.Requests, async answered => report = await experiment.RunAsync(answered, cancellation));
            report?.Write(parsed.GetValue(json));
            return code;
        });
        return command;
    }
}
