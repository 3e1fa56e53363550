using GenAI.Contracts;
using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Dispatch;

/// <summary>Runs jobs on instances of one dialect.</summary>
internal interface IInstanceRunner
{
    ModelDialect Dialect { get; }

    /// <summary>
    /// Whether a job goes on at the instance when the gateway leaves it, and can be found there again by its id. Where not, the end of the
    /// connection ends the job there.
    /// </summary>
    bool OutlivesGateway { get; }

    /// <summary>Runs the job, or finds it again where <see cref="JobRun.IsAdopted"/>, and fetches what it makes.</summary>
    /// <exception cref="InstanceFailedException">Another instance may do it.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; the job may still be at the instance.</exception>
    Task<RunEnding> RunAsync(JobRun run, CancellationToken cancellationToken);

    /// <summary>Takes the job from the instance, waiting or running there.</summary>
    /// <exception cref="InstanceFailedException">It may still be there.</exception>
    Task TakeBackAsync(Instance instance, string jobId, CancellationToken cancellationToken);

    /// <summary>What clients are told of a job that was stopped here while it ran; by default nothing.</summary>
    IEnumerable<(string Type, ReadOnlyMemory<byte> Data)> StoppedMessages(JobRun run) => [];
}
