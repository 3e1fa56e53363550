namespace Aspire.Hosting;

public enum DistributedApplicationOperation
{
    Run,
    Publish,
}

/// <summary>What the AppHost was asked to do.</summary>
public class DistributedApplicationExecutionContext(DistributedApplicationExecutionContextOptions options)
{
    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
        : this(new DistributedApplicationExecutionContextOptions(operation))
    {
    }

    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName)
        : this(new DistributedApplicationExecutionContextOptions(operation, publisherName))
    {
    }

    public DistributedApplicationOperation Operation => options.Operation;

    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    public string PublisherName { get; set; } = options.PublisherName ?? "manifest";

    /// <summary>The application's services, once it is built.</summary>
    public IServiceProvider Services => options.Services
        ?? throw new InvalidOperationException("The service provider is not available before the application is built.");
}

public class DistributedApplicationExecutionContextOptions(DistributedApplicationOperation operation)
{
    public DistributedApplicationExecutionContextOptions(DistributedApplicationOperation operation, string publisherName)
        : this(operation)
        => PublisherName = publisherName;

    public DistributedApplicationOperation Operation { get; } = operation;

    public string? PublisherName { get; }

    public IServiceProvider? Services { get; set; }
}
