namespace GenAI.Scheduling.Dispatch.Filters;

/// <summary>A reason for which an instance must not get a job, whatever it would cost.</summary>
public interface IInstanceFilter
{
    string Name { get; }

    bool Allows(DispatchJob job, InstanceView instance);
}
