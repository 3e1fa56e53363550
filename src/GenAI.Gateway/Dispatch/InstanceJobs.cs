using System.Collections.Concurrent;

namespace GenAI.Gateway.Dispatch;

/// <summary>How many of the gateway's own jobs each instance has; YARP counts only the requests that are passed through.</summary>
internal sealed class InstanceJobs
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Count(string instanceId) => _counts.GetValueOrDefault(instanceId);

    /// <summary>Counts one job until it is disposed.</summary>
    public IDisposable Begin(string instanceId)
    {
        _counts.AddOrUpdate(instanceId, 1, (_, count) => count + 1);
        return new Job(this, instanceId);
    }

    private void End(string instanceId)
    {
        var left = _counts.AddOrUpdate(instanceId, 0, (_, count) => count - 1);
        // Instances come and go; only the pair as it was is removed, so that a job begun meanwhile is not lost.
        if (left == 0) _counts.TryRemove(KeyValuePair.Create(instanceId, 0));
    }

    private sealed class Job(InstanceJobs jobs, string instanceId) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0) jobs.End(instanceId);
        }
    }
}
