namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>What a tenant had of the fleet lately.</summary>
internal sealed class Tenant(string name, double now)
{
    public string Name { get; } = name;

    public double Weight { get; set; } = 1;

    public int Waiting { get; private set; }

    /// <summary>Expected seconds of its waiting jobs.</summary>
    public double WaitingWork { get; private set; }

    /// <summary>Whether its jobs stand back for those of other tenants.</summary>
    public bool OverShare { get; private set; }

    /// <summary>Whether it asks for so much that it might be over its share.</summary>
    public bool Suspected { get; set; }

    /// <summary>Jobs started and not ended.</summary>
    public int Running { get; set; }

    /// <summary>Instance seconds it had.</summary>
    public DecayingSum Work;

    /// <summary>Expected seconds of the jobs it sent.</summary>
    public DecayingSum Asked;

    private double _clock;
    private double _since = now;

    /// <summary>Seconds that it was within its share so far: the time that counts as waiting and as being passed over.</summary>
    public double Clock(double now) => OverShare ? _clock : _clock + Math.Max(0, now - _since);

    public void Waits(double seconds)
    {
        Waiting++;
        WaitingWork += seconds;
    }

    public void WaitsNoLonger(double seconds)
    {
        Waiting--;
        WaitingWork = Waiting == 0 ? 0 : WaitingWork - seconds;
    }

    public void Stand(bool back, double now)
    {
        _clock = Clock(now);
        _since = now;
        OverShare = back;
    }
}
