namespace Aspire.Hosting.ApplicationModel;

/// <summary>The names by which containers of one application know each other, and this machine.</summary>
internal static class ContainerHostNames
{
    /// <summary>What an endpoint's address is made of. The bare name of the resource is an alias too.</summary>
    public static string Of(IResource container) => $"{container.Name}.dev.internal";
}
