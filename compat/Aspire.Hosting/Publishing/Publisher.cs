using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Publishing;

/// <summary>Publish mode: the step that was asked for and those that it needs, each once, in order; then the AppHost ends.</summary>
internal sealed class Publisher(IServiceProvider services)
{
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PublishAsync(cancellationToken);
            return 0;
        }
        catch (Exception exception) when (exception is DistributedApplicationException or InvalidOperationException or IOException
            or UnauthorizedAccessException or NotSupportedException)
        {
            await Console.Error.WriteLineAsync($"Publishing failed: {exception.Message}");
            return 1;
        }
    }

    /// <summary>The steps in the order in which they run: what is needed first.</summary>
    /// <exception cref="DistributedApplicationException">There is no step of that name, or steps need each other.</exception>
    internal static List<PublishingStep> Plan(IReadOnlyCollection<PublishingStep> steps, string wanted)
    {
        var byName = steps.ToDictionary(step => step.Name, StringComparer.OrdinalIgnoreCase);
        var planned = new List<PublishingStep>();
        var open = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Add(wanted);
        return planned;

        void Add(string name)
        {
            if (!byName.TryGetValue(name, out var step))
            {
                throw new DistributedApplicationException(
                    $"There is no step '{name}'. The steps are: {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal))}.");
            }

            if (planned.Contains(step))
                return;
            if (!open.Add(name))
                throw new DistributedApplicationException($"The step '{name}' needs itself, by way of {string.Join(" and ", open)}.");
            foreach (var before in steps.Where(other => step.Needs.Contains(other.Name) || other.NeededBy.Contains(step.Name)))
                Add(before.Name);
            foreach (var missing in step.Needs.Where(need => !byName.ContainsKey(need)))
                Add(missing);
            open.Remove(name);
            planned.Add(step);
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var model = services.GetRequiredService<DistributedApplicationModel>();
        var configuration = services.GetRequiredService<IConfiguration>();
        var executionContext = services.GetRequiredService<DistributedApplicationExecutionContext>();
        var eventing = services.GetRequiredService<IDistributedApplicationEventing>();
        foreach (var subscriber in services.GetServices<IDistributedApplicationEventingSubscriber>())
            await subscriber.SubscribeAsync(eventing, executionContext, cancellationToken);
        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);

        var run = new PublishingRun(
            model, executionContext, services, configuration["AppHost:Directory"] ?? Directory.GetCurrentDirectory(),
            configuration["Publishing:OutputPath"], Console.Out.WriteLine, cancellationToken);
        PublishingStep[] steps =
        [
            new(PublishingStep.Bind, _ => Task.CompletedTask, [], []),
            new(PublishingStep.Publish, RequireSomethingToPublish, [PublishingStep.Bind], []),
            new(PublishingStep.Manifest, WriteManifestAsync, [PublishingStep.Bind], []),
            .. model.Resources.SelectMany(resource => resource.Annotations.OfType<PublishingStep>()),
        ];
        var wanted = configuration["Publishing:Publisher"] == "manifest" ? PublishingStep.Manifest : configuration["Pipeline:Step"] ?? PublishingStep.Publish;
        foreach (var step in Plan(steps, wanted))
            await step.Action(run);
    }

    private static Task RequireSomethingToPublish(PublishingRun run) => run.Model.Resources.OfType<IComputeEnvironmentResource>().Any()
        ? Task.CompletedTask
        : throw new DistributedApplicationException(
            "The application has no compute environment to publish to. Add one (AddDockerComposeEnvironment), or write the manifest "
            + $"with --step {PublishingStep.Manifest} --output-path <folder or file.json>.");

    private static async Task WriteManifestAsync(PublishingRun run)
    {
        if (run.OutputPath is not { Length: > 0 } path)
        {
            throw new DistributedApplicationException(
                "The '--output-path [path]' option was not specified even though '--publisher manifest' argument was used.");
        }

        if (!path.EndsWith(".json", StringComparison.Ordinal))
            path = Path.Combine(path, "aspire-manifest.json");
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // Written whole or not at all: the tools that read it take half a manifest for a small one.
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = Environment.NewLine }))
        {
            await new ManifestWriter(new ManifestPublishingContext(run.ExecutionContext, path, writer, run.CancellationToken)).WriteAsync(run.Model);
        }

        await File.WriteAllBytesAsync(path, buffer.ToArray(), run.CancellationToken);
        run.Report($"Published manifest to: {path}");
    }
}
