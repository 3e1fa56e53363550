using GenAI.Scheduling.Scaling;

namespace GenAI.Simulator.Scaling.Rivals;

/// <summary>The rules of SwarmUI's auto-scaling backend, with its defaults.</summary>
/// <remarks>
/// mcmonkeyprojects/SwarmUI, src/Backends/AutoScalingBackend.cs, settings: at least 10 waiting before one more backend, a minute
/// between two starts, half a minute between two stops, a minute idle before a stop. The project marks it as unfinished and does
/// not act on these settings yet; this is what they say.
/// </remarks>
internal sealed class SwarmUiReplicas(int most) : IReplicaPolicy
{
    private const int MinQueuedBeforeExpand = 10;
    private static readonly TimeSpan MinWaitBetweenStart = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MinWaitBetweenStop = TimeSpan.FromMinutes(0.5);
    private static readonly TimeSpan MinIdleTime = TimeSpan.FromMinutes(1);
    private DateTimeOffset _lastStart = DateTimeOffset.MinValue;
    private DateTimeOffset _lastStop = DateTimeOffset.MinValue;
    private DateTimeOffset? _idleSince;

    public string Name => "swarmui";

    public double Interval => 5;

    public bool StopsStartingFirst => false;

    public int Decide(ScalingObservation observation, DateTimeOffset now)
    {
        _idleSince = observation.Running < observation.Ready ? _idleSince ?? now : null;
        if (observation.Waiting >= MinQueuedBeforeExpand && observation.Current < most && now - _lastStart >= MinWaitBetweenStart)
        {
            _lastStart = now;
            return observation.Current + 1;
        }

        if (_idleSince is { } since && now - since >= MinIdleTime && observation.Current > 1 && now - _lastStop >= MinWaitBetweenStop)
        {
            _lastStop = now;
            return observation.Current - 1;
        }

        return observation.Current;
    }
}
