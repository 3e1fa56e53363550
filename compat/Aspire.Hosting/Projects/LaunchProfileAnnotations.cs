namespace Aspire.Hosting.ApplicationModel;

public sealed class LaunchProfileAnnotation(string launchProfileName) : IResourceAnnotation
{
    public string LaunchProfileName { get; } = launchProfileName;
}

public sealed class DefaultLaunchProfileAnnotation(string launchProfileName) : IResourceAnnotation
{
    public string LaunchProfileName { get; } = launchProfileName;
}

public sealed class ExcludeLaunchProfileAnnotation : IResourceAnnotation;
