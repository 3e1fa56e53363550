using System.CommandLine;
using GenAI.LoadTest.Accept;
using GenAI.LoadTest.Reporting;

namespace GenAI.LoadTest.Commands;

/// <summary><c>accept</c>: how fast jobs are taken, and what a long queue costs.</summary>
internal static class AcceptCommand
{
    private const string Description = """
        Jobs that are accepted a second, by the journal alone (in this process, as the gateway has it) and by POST /prompt of a gateway
        with keys on, from one client and from many; each job is on the disk before its client hears of it. Then the queue is filled, and
        told is the memory of the gateway's process: at once, after a restart on the same journal, and how long that takes.

        The only instance is busy with one job all the time, so that all others wait.

        Example:
          accept
          accept --clients 16 --queued 20000 --json
        """;

    public static Command Create()
    {
        var clients = NumberOptions.Whole("--clients", "Clients at the same time", 64, 2, 1000);
        var seconds = NumberOptions.Number("--seconds", "Seconds of each measurement", 10, 0.5, 600);
        var queued = NumberOptions.Whole("--queued", "Jobs that wait when memory is measured", 100_000, 1, 1_000_000);
        var json = new Option<bool>("--json") { Description = "JSON alone on standard output" };
        var command = new Command("accept", Description) { clients, seconds, queued, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var experiment = new AcceptExperiment
            {
                Clients = parsed.GetValue(clients), Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)), Queued = parsed.GetValue(queued),
            };
            Report? report = null;
            var code = await Runs.WithProgressAsync("jobs that wait", experiment.Queued, async accepted => report = await experiment.RunAsync(accepted, cancellation));
            report?.Write(parsed.GetValue(json));
            return code;
        });
        return command;
    }
}
