using System.Reflection;

namespace Aspire.Hosting;

public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }

    /// <summary>The AppHost's assembly, when it is not the process's own.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The AppHost's folder; by default the one that its build wrote into the assembly.</summary>
    public string? ProjectDirectory { get => field ?? FromBuild("apphostprojectpath"); set; }

    /// <summary>Without the dashboard a resource stops waiting for one that has ended.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Sends what resources write to the AppHost's logging instead of its console.</summary>
    public bool EnableResourceLogging { get; set; }

    public bool AllowUnsecuredTransport { get; set; }

    internal Assembly? AppHostAssembly
        => AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly();

    private string? FromBuild(string key) => AppHostAssembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => string.Equals(attribute.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}
