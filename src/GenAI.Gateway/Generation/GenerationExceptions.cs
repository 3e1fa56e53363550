namespace GenAI.Gateway.Generation;

/// <summary>The instance could not be reached, broke off, is overloaded or has lost the job.</summary>
internal sealed class InstanceFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The instance understood the job, and refused it or failed in it.</summary>
internal sealed class JobRefusedException(string message) : Exception(message);

/// <summary>The model has no instance that can take the job, or all that could have failed.</summary>
internal sealed class ModelUnavailableException(string model, string message) : Exception(message)
{
    public string Model { get; } = model;
}
