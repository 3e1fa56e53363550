namespace GenAI.Simulator.Dispatching;

internal enum EventKind
{
    Arrival,
    End,
    Failure,
    Repair,
    Review,
}

/// <summary>Something that happens to the fleet; <paramref name="Epoch"/> tells the end of a request that was cut off.</summary>
internal readonly record struct SimEvent(EventKind Kind, SimInstance? Instance = null, SimJob? Job = null, int Epoch = 0);
