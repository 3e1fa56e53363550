using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Docker;

/// <summary>A variable that the Compose file leaves open: <c>${NAME}</c>, given by the <c>.env</c> file.</summary>
public sealed class CapturedEnvironmentVariable
{
    public required string Name { get; init; }

    public string? Description { get; set; }

    public string? DefaultValue { get; set; }

    /// <summary>Where its value comes from: a parameter, a mount, or the service's own image or port.</summary>
    public object? Source { get; set; }

    public IResource? Resource { get; set; }
}
