using GenAI.Scheduling.Scaling;

namespace GenAI.Simulator.Scaling;

/// <summary>Anything that says how many instances there should be.</summary>
internal interface IReplicaPolicy
{
    string Name { get; }

    /// <summary>Seconds between its decisions.</summary>
    double Interval { get; }

    /// <summary>Whether instances that still start are the first to go, as a Kubernetes ReplicaSet's unready pods are.</summary>
    bool StopsStartingFirst { get; }

    int Decide(ScalingObservation observation, DateTimeOffset now);
}
