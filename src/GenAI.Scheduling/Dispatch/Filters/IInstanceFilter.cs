namespace GenAI.Scheduling.Dispatch.Filters;

/// <summary>A reason for which an instance must not get a job, whatever it would cost.</summary>
public interface IInstanceFilter
{
    string Name { get; }

    /// <summary>Whether there may be an instance that the job must not get: of a filter that answers no, <see cref="Allows"/> is always true.</summary>
    bool Concerns(DispatchJob job);

    bool Allows(DispatchJob job, InstanceView instance);
}
