using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Dispatch;

/// <summary>What runs on which instance under other gateways, which therefore is not free. Of the loop alone.</summary>
internal sealed class JobsElsewhere
{
    private readonly Dictionary<string, InstanceSlot> _slots = new(StringComparer.Ordinal);

    /// <param name="job">As it is now under another gateway.</param>
    /// <param name="slot">Of the instance that has it; null where none has.</param>
    public void Note(Job job, InstanceSlot? slot)
    {
        if (slot is null || job.State.HasEnded() || job.State == JobState.Queued)
        {
            Forget(job.Id);
            return;
        }

        if (_slots.TryGetValue(job.Id, out var before) && before == slot) return;
        Forget(job.Id);
        _slots[job.Id] = slot;
        slot.BeginElsewhere(job);
    }

    /// <summary>Forgets what runs nowhere any more.</summary>
    public void Review(OpenJobs open)
    {
        foreach (var id in _slots.Keys.ToArray())
        {
            if (!open.TryGet(id, out var job) || job.State == JobState.Queued) Forget(id);
        }
    }

    public void Forget(string id)
    {
        if (_slots.Remove(id, out var slot)) slot.EndElsewhere(id);
    }
}
