namespace GenAI.Scheduling.Dispatch.Filters;

/// <summary>A job that is pinned to a release track runs only there.</summary>
internal sealed class TrackFilter : IInstanceFilter
{
    public string Name => "track";

    public bool Concerns(DispatchJob job) => job.Track is not null;

    public bool Allows(DispatchJob job, InstanceView instance) =>
        job.Track is null || string.Equals(job.Track, instance.Track, StringComparison.Ordinal);
}
