namespace Aspire.Hosting.ApplicationModel;

/// <summary>The image of a container: <c>registry/image:tag</c> or <c>registry/image@sha256:…</c>.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    public string? Registry { get; set; }

    public required string Image { get; set; }

    /// <summary>Setting it takes the digest back: an image has one of the two.</summary>
    public string? Tag
    {
        get;
        set
        {
            field = value;
            if (value is not null)
                SHA256 = null;
        }
    }

    /// <summary>The digest in hexadecimal, without <c>sha256:</c>. Setting it takes the tag back.</summary>
    public string? SHA256
    {
        get;
        set
        {
            field = value;
            if (value is not null)
                Tag = null;
        }
    }

    internal string Reference
    {
        get
        {
            var repository = string.IsNullOrEmpty(Registry) ? Image : $"{Registry}/{Image}";
            if (!string.IsNullOrEmpty(SHA256))
                return $"{repository}@sha256:{SHA256}";
            return string.IsNullOrEmpty(Tag) ? repository : $"{repository}:{Tag}";
        }
    }
}

public enum ContainerMountType
{
    BindMount,
    Volume,
}

/// <summary>A folder or file of the host, or a volume, inside a container.</summary>
public sealed class ContainerMountAnnotation : IResourceAnnotation
{
    /// <exception cref="ArgumentException">A bind mount without an absolute source, or an anonymous volume that is read-only.</exception>
    public ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (type == ContainerMountType.BindMount)
        {
            ArgumentException.ThrowIfNullOrEmpty(source);
            if (!Path.IsPathRooted(source))
                throw new ArgumentException($"The source of a bind mount is '{source}'; expected an absolute path.", nameof(source));
        }
        else if (string.IsNullOrEmpty(source) && isReadOnly)
        {
            throw new ArgumentException("A volume without a name cannot be read-only: nothing could ever be in it.", nameof(isReadOnly));
        }

        (Source, Target, Type, IsReadOnly) = (source, target, type, isReadOnly);
    }

    /// <summary>The host's path, or the volume's name; null for a volume of the container's own.</summary>
    public string? Source { get; }

    public string Target { get; }

    public ContainerMountType Type { get; }

    public bool IsReadOnly { get; }
}

public sealed class ContainerNameAnnotation : IResourceAnnotation
{
    public required string Name { get; set; }
}

public enum ContainerLifetime
{
    /// <summary>Made when the application starts, removed when it stops.</summary>
    Session,

    /// <summary>Kept when the application stops, and found again by the next start.</summary>
    Persistent,
}

public sealed class ContainerLifetimeAnnotation : IResourceAnnotation
{
    public required ContainerLifetime Lifetime { get; set; }
}

public enum ImagePullPolicy
{
    Default,
    Always,
    Missing,
    Never,
}

public sealed class ContainerImagePullPolicyAnnotation : IResourceAnnotation
{
    public required ImagePullPolicy ImagePullPolicy { get; init; }
}

/// <summary>Arguments of the container runtime itself, such as <c>--gpus all</c>. They are never published.</summary>
public sealed class ContainerRuntimeArgsCallbackAnnotation : IResourceAnnotation
{
    public ContainerRuntimeArgsCallbackAnnotation(Func<ContainerRuntimeArgsCallbackContext, Task> callback)
        => Callback = callback ?? throw new ArgumentNullException(nameof(callback));

    public ContainerRuntimeArgsCallbackAnnotation(Action<IList<object>> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Callback = context =>
        {
            callback(context.Args);
            return Task.CompletedTask;
        };
    }

    public Func<ContainerRuntimeArgsCallbackContext, Task> Callback { get; }
}

public sealed class ContainerRuntimeArgsCallbackContext(IList<object> args, CancellationToken cancellationToken = default)
{
    public IList<object> Args { get; } = args ?? throw new ArgumentNullException(nameof(args));

    public CancellationToken CancellationToken { get; } = cancellationToken;
}

/// <summary>The container's image is built, not pulled.</summary>
public class DockerfileBuildAnnotation(string contextPath, string dockerfilePath, string? stage) : IResourceAnnotation
{
    /// <summary>Absolute.</summary>
    public string ContextPath { get; } = contextPath;

    /// <summary>Absolute.</summary>
    public string DockerfilePath { get; } = dockerfilePath;

    public string? Stage { get; } = stage;

    /// <summary>Texts, values known later, or null for "as the environment of the build has it".</summary>
    public Dictionary<string, object?> BuildArguments { get; } = [];

    public Dictionary<string, object> BuildSecrets { get; } = [];

    public bool HasEntrypoint { get; set; } = true;
}

/// <summary>One more name by which other containers of the application find this one.</summary>
public sealed class ContainerNetworkAliasAnnotation(string alias) : IResourceAnnotation
{
    public string Alias { get; } = string.IsNullOrWhiteSpace(alias) ? throw new ArgumentException("An alias cannot be empty.", nameof(alias)) : alias;
}
