using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing.Ejection;

namespace GenAI.Gateway.Generation;

/// <summary>An instance chosen for one job, which counts on it until this is disposed.</summary>
internal sealed class InstanceLease(Instance instance, IDisposable job, Action<RequestOutcome> report) : IDisposable
{
    public Instance Instance => instance;

    /// <summary>Tells passive ejection how the job went.</summary>
    public void Report(RequestOutcome outcome) => report(outcome);

    public void Dispose() => job.Dispose();
}
