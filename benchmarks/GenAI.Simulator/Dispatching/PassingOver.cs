namespace GenAI.Simulator.Dispatching;

/// <summary>
/// Measures how long requests are passed over. A request's turn has come when as many have been started since it came as
/// waited before it; from then on, each start of a younger one passes it over, and the figure is how long after its turn
/// that last happened, on a clock that stands still while its tenant stands back for the others. First in, first out gives 0, and so does waiting while every instance is busy.
/// </summary>
internal sealed class PassingOver(Func<SimJob, double, double> clock)
{
    private readonly List<Waiter> _waiting = [];
    private long _started;

    public void Waits(SimJob job, double now)
    {
        var waiter = new Waiter(job) { TurnAfter = job.Attempts > 0 ? _started : _started + _waiting.Count };
        if (waiter.TurnAfter <= _started) waiter.TurnSince = clock(waiter.Job, now);
        var place = _waiting.Count;
        while (place > 0 && _waiting[place - 1].Job.Arrival > job.Arrival) place--;
        _waiting.Insert(place, waiter);
    }

    public void Starts(SimJob job, double now)
    {
        var place = _waiting.FindIndex(waiter => ReferenceEquals(waiter.Job, job));
        for (var i = 0; i < place; i++)
        {
            var older = _waiting[i];
            if (double.IsFinite(older.TurnSince)) older.Job.PassedOver = Math.Max(older.Job.PassedOver, clock(older.Job, now) - older.TurnSince);
        }

        _waiting.RemoveAt(place);
        _started++;
        foreach (var waiter in _waiting)
        {
            if (double.IsInfinity(waiter.TurnSince) && waiter.TurnAfter <= _started) waiter.TurnSince = clock(waiter.Job, now);
        }
    }

    private sealed class Waiter(SimJob job)
    {
        public SimJob Job { get; } = job;

        public long TurnAfter { get; init; }

        public double TurnSince { get; set; } = double.PositiveInfinity;
    }
}
