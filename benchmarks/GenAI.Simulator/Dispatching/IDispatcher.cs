namespace GenAI.Simulator.Dispatching;

/// <summary>A policy under simulation. It owns the requests between <see cref="Arrive"/> and the start it answers.</summary>
internal interface IDispatcher
{
    string Name { get; }

    /// <summary>A request came, or came back from an instance that died.</summary>
    void Arrive(SimJob job, Fleet fleet);

    /// <summary>The next start to make now, or null when nothing is to be started at this moment.</summary>
    Start? Next(Fleet fleet);

    /// <summary>A checkpoint to load onto a free instance for which nothing waits; asked after <see cref="Next"/> answered null.</summary>
    PrefetchStart? Prefetch(Fleet fleet) => null;

    /// <summary>A prefetch is over and the instance free again.</summary>
    void Prefetched(SimInstance instance, Fleet fleet)
    {
    }

    void Finished(SimJob job, SimInstance instance, Fleet fleet)
    {
    }

    /// <summary>An instance went down; requests bound to it must find another.</summary>
    void Lost(SimInstance instance, Fleet fleet)
    {
    }

    /// <summary>The clock by which being passed over is measured: it may stand still while the request's tenant is over its share.</summary>
    double PassingOverClock(SimJob job, double now) => now;

    /// <summary>When to be asked again although nothing happened; infinite when never.</summary>
    double ReviewAt => double.PositiveInfinity;
}

internal readonly record struct Start(SimJob Job, SimInstance Instance);

internal readonly record struct PrefetchStart(string Checkpoint, SimInstance Instance);
