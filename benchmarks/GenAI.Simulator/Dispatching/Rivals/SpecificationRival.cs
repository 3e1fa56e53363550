namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>
/// The specification's load score as it is written, on data as old as the health interval: 40 % utilisation in per cent,
/// 30 % response time in seconds, 20 % errors, 10 % requests in flight, none of them normalised; the lowest score wins
/// every request until the next sample.
/// </summary>
internal sealed class SpecificationRival : EarlyBinding
{
    private const double SampleSeconds = 30;
    private readonly Dictionary<SimInstance, double> _scores = [];
    private readonly Dictionary<SimInstance, double> _responses = [];
    private readonly Dictionary<SimInstance, double> _busyAtSample = [];
    private double _sampledAt = double.NegativeInfinity;

    public override string Name => "specification";

    public override void Finished(SimJob job, SimInstance instance, Fleet fleet)
    {
        var before = _responses.GetValueOrDefault(instance, job.Response);
        _responses[instance] = before + 0.1 * (job.Response - before);
    }

    protected override SimInstance Choose(SimJob job, IReadOnlyList<SimInstance> candidates, Fleet fleet)
    {
        if (fleet.Now - _sampledAt >= SampleSeconds) Sample(fleet);
        return candidates.MinBy(instance => _scores.GetValueOrDefault(instance))!;
    }

    private void Sample(Fleet fleet)
    {
        var span = fleet.Now - _sampledAt;
        foreach (var instance in fleet.Instances)
        {
            var busy = instance.BusySeconds + (instance.Running is null ? 0 : fleet.Now - instance.RunningSince);
            var utilisation = double.IsInfinity(span) ? 0 : 100 * (busy - _busyAtSample.GetValueOrDefault(instance)) / span;
            _scores[instance] = 0.4 * utilisation + 0.3 * _responses.GetValueOrDefault(instance) + 0.1 * InFlight(instance);
            _busyAtSample[instance] = busy;
        }

        _sampledAt = fleet.Now;
    }
}
