using GenAI.Simulator.Traces;

namespace GenAI.Simulator.Dispatching;

/// <summary>How many of the instances serve a model. Models share nothing: each has its own queue, as in the gateway.</summary>
internal sealed record ModelFleet(string Model, int Instances)
{
    /// <summary>The models of the settings; where they name none, those of the trace, with instances in proportion to their work.</summary>
    /// <exception cref="TraceFormatException">The trace's models and the settings' do not match, or there are more models than instances.</exception>
    public static IReadOnlyList<ModelFleet> Of(DispatchSettings settings, RequestTrace trace)
    {
        var work = trace.Rows.GroupBy(row => row.Model, StringComparer.Ordinal)
            .OrderBy(own => own.Key, StringComparer.Ordinal)
            .ToDictionary(own => own.Key, own => own.Sum(row => row.Execution), StringComparer.Ordinal);
        if (settings.Models.Count == 0) return Proportional(settings.Instances, work);
        if (IsUnnamed(work)) return settings.Models;

        foreach (var model in work.Keys.Where(model => !settings.Models.Any(fleet => string.Equals(fleet.Model, model, StringComparison.Ordinal))))
            throw new TraceFormatException($"the trace asks for model '{model}', for which --models has no instance; expected all of {string.Join(", ", work.Keys)}.");
        return [.. settings.Models.Where(fleet => work.ContainsKey(fleet.Model))];
    }

    /// <summary>
    /// Gives each checkpoint of a trace that names no models to one of <paramref name="fleets"/>, the one with least work for
    /// its instances, the checkpoint with most work first.
    /// </summary>
    public static RequestTrace Assign(RequestTrace trace, IReadOnlyList<ModelFleet> fleets)
    {
        if (fleets.Count == 1 || trace.Rows.Any(row => row.Model.Length > 0)) return trace;
        var work = new double[fleets.Count];
        var models = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (checkpoint, seconds) in trace.Rows.GroupBy(row => row.Checkpoint, StringComparer.Ordinal)
            .Select(own => (own.Key, Seconds: own.Sum(row => row.Execution)))
            .OrderByDescending(own => own.Seconds).ThenBy(own => own.Key, StringComparer.Ordinal))
        {
            var least = Enumerable.Range(0, fleets.Count).MinBy(i => (work[i] + seconds) / fleets[i].Instances);
            work[least] += seconds;
            models[checkpoint] = fleets[least].Model;
        }

        return RequestTrace.Of(trace.Rows.Select(row => row with { Model = models[row.Checkpoint] }));
    }

    private static bool IsUnnamed(Dictionary<string, double> work) => work.Count == 1 && work.ContainsKey("");

    private static IReadOnlyList<ModelFleet> Proportional(int instances, Dictionary<string, double> work)
    {
        if (instances < work.Count)
            throw new TraceFormatException($"--instances is {instances}; the trace asks for {work.Count} models: expected one instance for each at least.");
        var counts = work.Keys.ToDictionary(model => model, _ => 1, StringComparer.Ordinal);
        for (var left = instances - work.Count; left > 0; left--) counts[work.MaxBy(model => model.Value / counts[model.Key]).Key]++;
        return [.. counts.Select(own => new ModelFleet(own.Key, own.Value))];
    }
}
