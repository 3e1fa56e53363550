namespace GenAI.Scheduling.Dispatch.Filters;

/// <summary>A job needs a GPU with memory enough; an instance or a job whose memory is unknown is not refused.</summary>
internal sealed class MemoryFilter : IInstanceFilter
{
    public string Name => "memory";

    public bool Concerns(DispatchJob job) => job.MemoryBytes > 0;

    public bool Allows(DispatchJob job, InstanceView instance) => instance.MemoryBytes == 0 || job.MemoryBytes <= instance.MemoryBytes;
}
