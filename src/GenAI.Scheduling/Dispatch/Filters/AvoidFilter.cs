namespace GenAI.Scheduling.Dispatch.Filters;

/// <summary>A job does not return to an instance that died of it.</summary>
internal sealed class AvoidFilter : IInstanceFilter
{
    public string Name => "avoid";

    public bool Concerns(DispatchJob job) => !job.Avoid.IsEmpty;

    public bool Allows(DispatchJob job, InstanceView instance) => !job.Avoid.Contains(instance.Id);
}
