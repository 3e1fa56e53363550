namespace GenAI.Scheduling.PassThrough;

/// <summary>Chooses the destination of a request that passes through without queueing.</summary>
public interface IBalancingPolicy
{
    string Name { get; }

    /// <returns>An index into <paramref name="destinations"/>; -1 when there is none.</returns>
    int Choose(ReadOnlySpan<Destination> destinations);
}
