using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>
/// Lets Aspire.Hosting.Testing stand between an AppHost's own code and what it builds: whatever is set on a thread's execution
/// context sees the builders created there.
/// </summary>
internal abstract class BuilderObserver
{
    private static readonly AsyncLocal<BuilderObserver?> CurrentObserver = new();

    public static BuilderObserver? Current
    {
        get => CurrentObserver.Value;
        set => CurrentObserver.Value = value;
    }

    /// <summary>The builder is about to be made of these.</summary>
    public abstract void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings);

    /// <summary>Build was called; the application is built when this returns.</summary>
    public abstract void OnBuilding(DistributedApplicationBuilder builder);

    public abstract void OnBuilt(DistributedApplication application);
}
