using System.CommandLine;
using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Policies;
using GenAI.Scheduling.Scaling.Scalers;
using GenAI.Simulator.Traces;

namespace GenAI.Simulator.Scaling;

/// <summary><c>scale</c>: how many GPU-hours each policy takes, and how many jobs begin in time.</summary>
internal static class ScaleCommand
{
    private const double LeastMtbf = 600;

    private const string Help = """
        How many instances: replays a trace through scaling policies and compares what they cost with what they keep.

        Rows: genai (ours), hpa, kpa, kpa-delay (300 s), specification, swarmui, static (the fewest constant instances that keep
        99.5 %), bound (the least that serves every job without any wait, knowing all arrivals). A trace with a column model gets
        one scaler per model, a row for all together and one for each.

          scale --trace requests.csv --cold-start 120 --slo-wait 30 --seeds 5
          scale --trace qps.csv --service service_seconds.csv --json
          scale --synthetic bursts --rate 0.5 --hours 48 --mtbf 21600 --plot instances.svg
          scale --trace requests.csv --policy flux.yaml --alone --timeline decisions.csv
        """;

    private static readonly Option<string?> Trace = new("--trace") { Description = "CSV of arrival_s,exec_s and, with several models, model; or of t_s,requests_per_second" };
    private static readonly Option<string?> Service = new("--service") { Description = "quantile,seconds; service_seconds.csv beside a trace of rates if not given" };
    private static readonly Option<string?> Synthetic = new("--synthetic") { Description = "instead of a trace: poisson, diurnal or bursts" };
    private static readonly Option<double> Rate = new("--rate") { Description = "mean arrivals per second of a synthetic trace", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> Hours = new("--hours") { Description = "length of a synthetic trace", DefaultValueFactory = _ => 36 };
    private static readonly Option<double> ColdStart = new("--cold-start") { Description = "seconds until a started instance takes jobs", DefaultValueFactory = _ => 120 };
    private static readonly Option<double> SloWait = new("--slo-wait") { Description = "seconds within which a job should begin", DefaultValueFactory = _ => 30 };
    private static readonly Option<int> Seeds = new("--seeds") { Description = "runs, of which the median counts", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> Most = new("--max-instances") { Description = "of each model", DefaultValueFactory = _ => 1000 };
    private static readonly Option<string?> Policy = new("--policy") { Description = "a scaling policy in YAML or JSON for genai; else the defaults" };
    private static readonly Option<bool> Alone = new("--alone") { Description = "genai without its rivals" };
    private static readonly Option<bool> Json = new("--json") { Description = "only JSON on standard output" };
    private static readonly Option<string?> Timeline = new("--timeline") { Description = "also write what genai saw and decided, on the first seed, to this CSV file" };
    private static readonly Option<string?> Plot = new("--plot") { Description = "also draw genai's instances and jobs over time, on the first seed, into this SVG file" };
    private static readonly Option<double> Mtbf = new("--mtbf") { Description = "mean seconds between two failures of one instance, 600 or more; 0: none" };
    private static readonly Option<double> Mttr = new("--mttr") { Description = "seconds until a failed instance takes jobs again", DefaultValueFactory = _ => 180 };
    private static readonly Option<string?> Csv = new("--csv") { Description = "also write the table to this file" };

    public static Command Create()
    {
        var command = new Command("scale", Help)
        {
            Trace, Service, Synthetic, Rate, Hours, ColdStart, SloWait, Seeds, Most, Mtbf, Mttr, Policy, Alone, Json, Csv, Timeline, Plot,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        try
        {
            var settings = Settings(parsed);
            var contest = new ScaleContest(Workload(parsed), settings, Ours(parsed, settings));
            var figures = contest.Run(parsed.GetValue(Seeds), parsed.GetValue(Alone), Console.Error.WriteLine, CancellationToken.None);
            if (parsed.GetValue(Json)) Console.Out.WriteLine(ScaleReport.Json(figures));
            else ScaleReport.Table(figures);
            if (parsed.GetValue(Csv) is { } csv) ScaleReport.Csv(figures, csv);
            if (parsed.GetValue(Timeline) is { } timeline) ScaleReport.Timeline(contest.Timeline().Samples, timeline);
            if (parsed.GetValue(Plot) is { } plot)
            {
                var (model, samples) = contest.Timeline();
                File.WriteAllText(plot, ScaleChart.Svg(model.Length == 0 ? "Instances and jobs" : $"Instances and jobs of {model}", samples));
            }

            return 0;
        }
        catch (Exception mistake) when (mistake is TraceFormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(mistake.Message);
            return 2;
        }
    }

    private static ScaleSettings Settings(ParseResult parsed)
    {
        Within("--cold-start", parsed.GetValue(ColdStart), 0, 86_400);
        Within("--slo-wait", parsed.GetValue(SloWait), 0, 86_400);
        Within("--seeds", parsed.GetValue(Seeds), 1, 1000);
        Within("--max-instances", parsed.GetValue(Most), 1, 10_000);
        Within("--rate", parsed.GetValue(Rate), 0.0001, 1000);
        Within("--hours", parsed.GetValue(Hours), 0.1, 10_000);
        if (parsed.GetValue(Mtbf) != 0) Within("--mtbf", parsed.GetValue(Mtbf), LeastMtbf, 1e9);
        Within("--mttr", parsed.GetValue(Mttr), 0, 86_400);
        return new ScaleSettings(parsed.GetValue(ColdStart), parsed.GetValue(SloWait), parsed.GetValue(Most))
        {
            Failures = parsed.GetValue(Mtbf) > 0 ? new InstanceFailures(parsed.GetValue(Mtbf), parsed.GetValue(Mttr)) : null,
        };
    }

    private static ScaleWorkload Workload(ParseResult parsed) => (parsed.GetValue(Trace), parsed.GetValue(Synthetic)) switch
    {
        ({ } trace, null) => ScaleWorkload.Read(trace, parsed.GetValue(Service)),
        (null, { } shape) => ScaleWorkload.Synthetic(shape, parsed.GetValue(Rate), parsed.GetValue(Hours)),
        _ => throw new TraceFormatException("--trace or --synthetic: expected exactly one of them."),
    };

    /// <summary>The product's defaults, told how long a start takes and what wait is promised.</summary>
    private static ScalingPolicyDefinition Ours(ParseResult parsed, ScaleSettings settings)
    {
        if (parsed.GetValue(Policy) is { } path)
        {
            if (!File.Exists(path)) throw new TraceFormatException($"{path}: there is no such file; --policy expects a scaling policy in YAML or JSON.");
            var (policy, errors) = ScalingPolicyDocument.Parse(File.ReadAllText(path));
            return policy ?? throw new TraceFormatException($"{path}:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}");
        }

        var usual = ScalingPolicyDefinition.For("genai", ServiceTier.Premium);
        var predictive = PredictiveSettings.Default with { MaxWaitSeconds = settings.MaxWaitSeconds, DrainSeconds = Math.Max(1, settings.MaxWaitSeconds / 2) };
        return usual with { MaxInstances = settings.MaxInstances, Scalers = [predictive.WithColdStart(TimeSpan.FromSeconds(settings.ColdStartSeconds))] };
    }

    private static void Within(string option, double value, double least, double most)
    {
        if (value >= least && value <= most) return;
        throw new TraceFormatException(FormattableString.Invariant($"{option} is {value}; expected {least} to {most}."));
    }
}
