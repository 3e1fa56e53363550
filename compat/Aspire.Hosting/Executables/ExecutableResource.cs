namespace Aspire.Hosting.ApplicationModel;

/// <summary>A program, run as a process of its own.</summary>
public class ExecutableResource : Resource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    private readonly ExecutableAnnotation _initial;

    public ExecutableResource(string name, string command, string workingDirectory)
        : base(name)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        ArgumentNullException.ThrowIfNull(workingDirectory);
        _initial = new ExecutableAnnotation { Command = command, WorkingDirectory = workingDirectory };
    }

    public string Command => Executable.Command;

    public string WorkingDirectory => Executable.WorkingDirectory;

    /// <summary>What to run: the last annotation that says so, else what the resource was made with.</summary>
    internal ExecutableAnnotation Executable => Annotations.OfType<ExecutableAnnotation>().LastOrDefault() ?? _initial;
}

public sealed class ExecutableAnnotation : IResourceAnnotation
{
    /// <summary>A path, or a name to look up on the PATH.</summary>
    public required string Command { get; set; }

    public required string WorkingDirectory { get; set; }
}
