namespace GenAI.Scheduling.Dispatch.Filters;

/// <summary>A job runs only on instances of its model service.</summary>
internal sealed class ModelFilter : IInstanceFilter
{
    public string Name => "model";

    public bool Concerns(DispatchJob job) => true;

    public bool Allows(DispatchJob job, InstanceView instance) => string.Equals(job.Model, instance.Model, StringComparison.Ordinal);
}
