using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using GenAI.Scheduling.Dispatch;
using GenAI.Simulator.Dispatching;

namespace GenAI.Simulator.Commands;

/// <summary>The options of <c>dispatch</c>, each with its range.</summary>
internal sealed class DispatchCommandOptions
{
    private readonly Option<string?> _trace = new("--trace") { Description = "CSV of requests: arrival_s,exec_s and where known checkpoint,steps,images,loras,type,tenant,model" };
    private readonly Option<string?> _synthetic = Choice("--synthetic", "Requests drawn instead of a trace: poisson, diurnal or bursts", "poisson", "diurnal", "bursts");
    private readonly Option<double> _zipf = Number("--zipf", "Popularity of synthetic checkpoints: the k-th is asked for in proportion to 1/k^zipf", 1, 0, 5);
    private readonly Option<int> _checkpoints = Whole("--checkpoints", "Synthetic checkpoints", 50, 1, 10_000);
    private readonly Option<int> _tenants = Whole("--tenants", "Synthetic tenants, all sending alike", 10, 1, 10_000);
    private readonly Option<string?> _loads = new("--loads") { Description = "CSV of load-time quantiles: component,p01,… with rows base_model and lora; without it a load takes 20 s" };
    private readonly Option<int> _instances = Whole("--instances", "Instances", 8, 1, 1000);
    private readonly Option<string?> _models = new("--models") { Description = "Instances of each model instead of --instances, such as flux-1-dev=4,comfyui-workflows=4; a trace without the column model has its checkpoints dealt out. Without it a trace's models get instances by their work" };
    private readonly Option<int> _room = Whole("--room", "Checkpoints that an instance holds at once", 1, 1, 64);
    private readonly Option<string?> _speeds = new("--speeds") { Description = "Speeds of the instances, repeated in turn, such as 1,1,0.5 (default 1)" };
    private readonly Option<double> _load = Number("--load", "Offered work, loading aside, divided by capacity; sets the rate of Poisson arrivals", 0.7, 0.01, 10);
    private readonly Option<string?> _arrivals = Choice("--arrivals", "poisson: drawn, with requests from the trace; trace: the trace's own times (default: poisson; the synthetic workload's own rhythm at --load)", "poisson", "trace");
    private readonly Option<double> _speed = Number("--speed", "How many times as fast the trace's own arrivals come (with --arrivals trace)", 1, 0.001, 1e6);
    private readonly Option<int> _requests = Whole("--requests", "Requests per run; 0: as many as the trace has", 0, 0, 10_000_000);
    private readonly Option<int> _seeds = Whole("--seeds", "Runs; figures are their medians", 5, 1, 1000);
    private readonly Option<string?> _loraLoads = Choice("--lora-loads", "none: a trace that counts LoRAs does not tell which; always: each of them is loaded every time", "none", "always");
    private readonly Option<double> _failures = Number("--mean-uptime", "Mean seconds until an instance dies; 0: never", 0, 0, 1e9);
    private readonly Option<double> _repair = Number("--repair", "Seconds until a dead instance is back, with empty memory", 120, 0, 1e6);
    private readonly Option<string?> _floodTenant = new("--flood-tenant") { Description = "A tenant that sends more than its share, by name, or 'largest'; genai is then also run without it and with its ordinary share" };
    private readonly Option<double> _floodFactor = Number("--flood-factor", "How many times its share it sends; 0: nothing", 10, 0, 1000);
    private readonly Option<string?> _policies = new("--policies") { Description = $"Some of {string.Join(',', Policies.Names)} (default: all)" };
    private readonly Option<double> _limit = Number("--passing-over-limit", "Seconds after its turn from which nothing passes a request over (genai)", DispatchOptions.DefaultPassingOverLimit.TotalSeconds, 1, 604_800);
    private readonly Option<bool> _prefetch = new("--prefetch") { Description = "Load checkpoints onto free instances before they are asked for (genai)" };
    private readonly Option<bool> _json = new("--json") { Description = "JSON alone on standard output" };
    private readonly Option<string?> _csv = new("--csv") { Description = "Write the table as CSV to this file" };
    private readonly Option<string?> _plot = new("--plot") { Description = "Write a bar chart as SVG to this file" };

    public DispatchCommandOptions()
    {
        _policies.Validators.Add(result =>
        {
            foreach (var name in Names(result.GetValueOrDefault<string?>()).Where(name => !Policies.Names.Contains(name)))
                result.AddError($"--policies has '{name}'; expected some of {string.Join(", ", Policies.Names)}.");
        });
        _models.Validators.Add(result =>
        {
            var parts = Names(result.GetValueOrDefault<string?>());
            foreach (var part in parts.Where(part => Fleet(part) is null))
                result.AddError($"--models has '{part}'; expected name=instances, with 1 to 1000 instances.");
            foreach (var twice in parts.Select(Fleet).OfType<ModelFleet>().GroupBy(fleet => fleet.Model, StringComparer.Ordinal).Where(same => same.Count() > 1))
                result.AddError($"--models has '{twice.Key}' {twice.Count()} times; expected each model once.");
        });
        _speeds.Validators.Add(result =>
        {
            foreach (var speed in Names(result.GetValueOrDefault<string?>()).Where(speed => Parse(speed) is not > 0))
                result.AddError($"--speeds has '{speed}'; expected numbers greater than 0.");
        });
    }

    public IEnumerable<Option> All =>
    [
        _trace, _synthetic, _zipf, _checkpoints, _tenants, _loads, _instances, _models, _room, _speeds, _load, _arrivals, _speed, _requests, _seeds,
        _loraLoads, _failures, _repair, _floodTenant, _floodFactor, _policies, _limit, _prefetch, _json, _csv, _plot,
    ];

    /// <summary>What the options may not say together, and files that could not be written once everything is simulated.</summary>
    public void Validate(CommandResult result)
    {
        foreach (var file in new[] { _csv, _plot })
        {
            if (result.GetValue(file) is { } path && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
                result.AddError($"{file.Name} is '{path}'; expected a file in a folder that exists.");
        }

        if (result.GetValue(_trace) is not null && result.GetValue(_synthetic) is not null)
            result.AddError("--trace and --synthetic are both given; expected one of them.");
        if (result.GetValue(_floodTenant) is null && result.GetResult(_floodFactor) is { Implicit: false })
            result.AddError("--flood-factor is given without --flood-tenant; expected the tenant's name, or 'largest'.");
    }

    public DispatchSettings Read(ParseResult parsed) => new()
    {
        Trace = parsed.GetValue(_trace),
        Synthetic = parsed.GetValue(_synthetic),
        Zipf = parsed.GetValue(_zipf),
        Checkpoints = parsed.GetValue(_checkpoints),
        Tenants = parsed.GetValue(_tenants),
        Loads = parsed.GetValue(_loads),
        Instances = parsed.GetValue(_instances),
        Models = [.. Names(parsed.GetValue(_models)).Select(part => Fleet(part)!)],
        Room = parsed.GetValue(_room),
        Speeds = [.. Names(parsed.GetValue(_speeds)).Select(speed => Parse(speed)!.Value)],
        Load = parsed.GetValue(_load),
        RecordedArrivals = string.Equals(parsed.GetValue(_arrivals), "trace", StringComparison.Ordinal),
        DrawnArrivals = string.Equals(parsed.GetValue(_arrivals), "poisson", StringComparison.Ordinal),
        Speed = parsed.GetValue(_speed),
        Requests = parsed.GetValue(_requests),
        Seeds = parsed.GetValue(_seeds),
        LoraLoads = string.Equals(parsed.GetValue(_loraLoads), "always", StringComparison.Ordinal),
        MeanUptime = parsed.GetValue(_failures),
        Repair = parsed.GetValue(_repair),
        FloodTenant = parsed.GetValue(_floodTenant),
        FloodFactor = parsed.GetValue(_floodFactor),
        PolicyNames = Names(parsed.GetValue(_policies)) is { Length: > 0 } some ? some : [.. Policies.Names],
        PassingOverLimit = parsed.GetValue(_limit),
        Prefetch = parsed.GetValue(_prefetch),
        Json = parsed.GetValue(_json),
        Csv = parsed.GetValue(_csv),
        Plot = parsed.GetValue(_plot),
    };

    private static string[] Names(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static ModelFleet? Fleet(string part) =>
        part.Split('=') is [{ Length: > 0 } model, var count] && Parse(count) is >= 1 and <= 1000 and var instances && instances == Math.Floor(instances)
            ? new ModelFleet(model, (int)instances)
            : null;

    private static double? Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static Option<double> Number(string name, string description, double initially, double least, double most)
    {
        var option = new Option<double>(name) { Description = $"{description} ({least} to {most})", DefaultValueFactory = _ => initially };
        option.Validators.Add(result => Within(result, name, least, most, whole: false));
        return option;
    }

    private static Option<int> Whole(string name, string description, int initially, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} ({least} to {most})", DefaultValueFactory = _ => initially };
        option.Validators.Add(result => Within(result, name, least, most, whole: true));
        return option;
    }

    private static Option<string?> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static void Within(OptionResult result, string name, double least, double most, bool whole)
    {
        if (result.Tokens is not [var token]) return;
        if (Parse(token.Value) is { } value && value >= least && value <= most && (!whole || value == Math.Floor(value))) return;
        result.AddError($"{name} is '{token.Value}'; expected a {(whole ? "whole " : "")}number, {least} to {most}.");
    }
}
