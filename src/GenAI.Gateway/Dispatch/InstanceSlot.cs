using System.Collections.Immutable;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Jobs;
using GenAI.Scheduling.Dispatch;

namespace GenAI.Gateway.Dispatch;

/// <summary>What the gateway itself knows of an instance: what it runs there and has brought into its memory. Of the loop alone.</summary>
internal sealed class InstanceSlot(string id)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>So many jobs may be on their way from the instance to the store; more say that the store cannot keep up.</summary>
    private const int MostLeaving = 2;

    /// <summary>Jobs that it has under other gateways.</summary>
    private readonly HashSet<string> _elsewhere = new(StringComparer.Ordinal);

    private TimeSpan _pause = FirstPause;
    private DateTimeOffset _lastEnd = DateTimeOffset.MinValue;
    private ImmutableArray<string> _checkpoints = [];
    private ImmutableArray<string> _loras = [];
    private int _room = 1;

    public string Id => id;

    public List<JobRun> Runs { get; } = [];

    /// <summary>Runs whose job the instance is done with, while what it has made is fetched and journalled.</summary>
    public List<JobRun> Leaving { get; } = [];

    /// <summary>Jobs that could not be taken from it and may still be there.</summary>
    public HashSet<string> Leftovers { get; } = new(StringComparer.Ordinal);

    /// <summary>It is being rid of <see cref="Leftovers"/>.</summary>
    public bool IsBeingCleaned { get; set; }

    /// <summary>When what runs there is expected to be done.</summary>
    public DateTimeOffset? FreeAt { get; private set; }

    /// <summary>It failed, and is left alone until then.</summary>
    public DateTimeOffset PausedUntil { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Since when it drains; null when it does not.</summary>
    public DateTimeOffset? DrainingSince { get; set; }

    /// <param name="only">The checkpoint that an instance of the model has from its start on, where it can have no other.</param>
    public InstanceView View(Instance instance, double speed, bool takesJobs, DateTimeOffset now, TimeSpan overlap, string? only)
    {
        Learn(instance, only);
        var state = !takesJobs || now < PausedUntil ? InstanceAvailability.Unavailable
            : IsBeingCleaned || Leftovers.Count > 0 || !HasPlace(now, overlap) ? InstanceAvailability.Busy
            : InstanceAvailability.Free;
        return new InstanceView
        {
            Id = id,
            Model = instance.Model,
            State = state,
            Checkpoints = _checkpoints,
            Loras = _loras,
            Room = _room,
            FreeAt = state == InstanceAvailability.Busy ? FreeAt : null,
            Speed = speed,
            LoadScore = instance.LoadScore,
            Version = instance.Version,
            Track = instance.Track,
        };
    }

    public void Begin(JobRun run, double expectedSeconds, DateTimeOffset now)
    {
        Runs.Add(run);
        var from = Runs.Count > 1 && FreeAt > now ? FreeAt.Value : now;
        FreeAt = from + TimeSpan.FromSeconds(expectedSeconds);
        Load(run.Asked.Checkpoint, run.Asked.Loras);
    }

    /// <summary>Another gateway has given it a job.</summary>
    public void BeginElsewhere(Job job)
    {
        if (_elsewhere.Add(job.Id)) Load(job.Demand.Checkpoint, job.Demand.Loras);
    }

    public void EndElsewhere(string id) => _elsewhere.Remove(id);

    private void Load(string checkpoint, ImmutableArray<string> loras)
    {
        if (_checkpoints is not [var first, ..] || !string.Equals(first, checkpoint, StringComparison.Ordinal)) _loras = [];
        _checkpoints = [checkpoint, .. _checkpoints.Where(other => !string.Equals(other, checkpoint, StringComparison.Ordinal)).Take(_room - 1)];
        _loras = [.. _loras.Union(loras, StringComparer.Ordinal)];
    }

    /// <summary>The instance is done with the run's job.</summary>
    public void Leave(JobRun run, DateTimeOffset now)
    {
        if (!Runs.Remove(run)) return;
        Leaving.Add(run);
        _lastEnd = now;
        if (Runs.Count == 0) FreeAt = null;
    }

    /// <summary>The run is over.</summary>
    public void End(JobRun run, DateTimeOffset now)
    {
        Leave(run, now);
        Leaving.Remove(run);
    }

    /// <summary>When the run at hand is expected to be done, as its progress tells.</summary>
    public void Refine(DateTimeOffset now)
    {
        if (Runs is not [{ Fraction: > 0.1 } run, ..]) return;
        FreeAt = now + run.Occupied * ((1 - run.Fraction) / run.Fraction);
    }

    public void Succeeded() => (_pause, PausedUntil) = (FirstPause, DateTimeOffset.MinValue);

    /// <summary>Its process may be another by now: nothing is known of its memory, and it is left alone for a while, longer each time.</summary>
    public void Failed(DateTimeOffset now)
    {
        (_checkpoints, _loras) = ([], []);
        PausedUntil = now + _pause;
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }

    /// <summary>For a moment, such as when another gateway has just given it a job.</summary>
    public void Pause(DateTimeOffset now) => PausedUntil = now + FirstPause;

    private bool HasPlace(DateTimeOffset now, TimeSpan overlap) =>
        _elsewhere.Count == 0 && Leaving.Count < MostLeaving
        && (Runs.Count == 0 || (Runs.Count == 1 && overlap > TimeSpan.Zero && FreeAt - now <= overlap));

    /// <summary>A probe that came after the last job knows better what its memory holds: others may use it too.</summary>
    private void Learn(Instance instance, string? only)
    {
        if (only is not null) _checkpoints = [only];
        _room = Math.Max(_room, instance.Loaded.Length);
        if (Runs.Count == 0 && !instance.Loaded.IsEmpty && (_checkpoints.IsEmpty || instance.LastSeen > _lastEnd)) _checkpoints = instance.Loaded;
    }
}
