using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Asks a resource's callbacks for its environment and arguments, and every value in them for its text.</summary>
internal sealed class LaunchValues(DistributedApplicationExecutionContext executionContext, ResourceLoggerService loggers)
{
    public async Task<Dictionary<string, string>> EnvironmentOfAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken)
        {
            Logger = loggers.GetLogger(resource),
        };
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
            await annotation.Callback(context);

        var resolved = new Dictionary<string, string>();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            if (await TextOfAsync(value, resource, cancellationToken) is { } text)
                resolved[name] = text;
        }

        return resolved;
    }

    public async Task<List<string>> ArgumentsOfAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken)
        {
            ExecutionContext = executionContext,
            Logger = loggers.GetLogger(resource),
        };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
            await annotation.Callback(context);

        var resolved = new List<string>();
        foreach (var value in context.Args)
        {
            if (await TextOfAsync(value, resource, cancellationToken) is { } text)
                resolved.Add(text);
        }

        return resolved;
    }

    private async Task<string?> TextOfAsync(object? value, IResource caller, CancellationToken cancellationToken) => value switch
    {
        null => null,
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(
            new ValueProviderContext { Caller = caller, ExecutionContext = executionContext }, cancellationToken),
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => await TextOfAsync(provider, caller, cancellationToken),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
