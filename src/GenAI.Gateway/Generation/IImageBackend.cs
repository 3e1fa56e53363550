using GenAI.Contracts;
using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Generation;

/// <summary>Makes an image on an instance by the API that the instance speaks.</summary>
internal interface IImageBackend
{
    ModelDialect Dialect { get; }

    /// <summary>Returns a PNG. Cancelled, or given up on the instance, it also takes the job from it.</summary>
    /// <exception cref="InstanceFailedException">Another instance may well do it.</exception>
    /// <exception cref="JobRefusedException">Another instance would refuse or fail it too.</exception>
    Task<byte[]> GenerateAsync(Instance instance, ImageJob job, CancellationToken cancellationToken);
}
