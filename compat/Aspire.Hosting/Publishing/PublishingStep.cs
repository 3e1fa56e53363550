using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Something that publishing does, asked for by its name: <c>--step publish-manifest</c>. A resource brings its own as annotations.</summary>
/// <param name="Needs">Names of the steps that go before it.</param>
/// <param name="NeededBy">Names of the steps that it goes before, when they are asked for.</param>
internal sealed record PublishingStep(
    string Name, Func<PublishingRun, Task> Action, IReadOnlyList<string> Needs, IReadOnlyList<string> NeededBy) : IResourceAnnotation
{
    /// <summary>Publishes every compute environment.</summary>
    public const string Publish = "publish";

    public const string Manifest = "publish-manifest";

    /// <summary>Before anything is written: resources are bound to their compute environments.</summary>
    public const string Bind = "before-start";
}

/// <summary>One run of publishing.</summary>
/// <param name="OutputPath">As given on the command line; null when it was not.</param>
internal sealed record PublishingRun(
    DistributedApplicationModel Model,
    DistributedApplicationExecutionContext ExecutionContext,
    IServiceProvider Services,
    string AppHostDirectory,
    string? OutputPath,
    Action<string> Report,
    CancellationToken CancellationToken);
