using GenAI.Scheduling.Dispatch.Learning;

namespace GenAI.Scheduling.Dispatch.Queueing;

/// <summary>The waiting jobs of one checkpoint and how often such jobs come.</summary>
internal sealed class CheckpointLane(string checkpoint)
{
    public string Checkpoint { get; } = checkpoint;

    /// <summary>Jobs of tenants within their share, most urgent first.</summary>
    public EntryList Waiting { get; } = new();

    /// <summary>Jobs of tenants that stand back.</summary>
    public EntryList StandingBack { get; } = new();

    public int Count => Waiting.Count + StandingBack.Count;

    public EntryList ListOf(Tenant tenant) => tenant.OverShare ? StandingBack : Waiting;

    public DecayingSum Arrivals;

    /// <summary>What the decision under way thinks of the lane.</summary>
    public LaneOutlook Outlook { get; } = new();
}
