using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Asks a resource's callbacks for its environment and arguments, and every value in them for its text.</summary>
internal sealed class LaunchValues(DistributedApplicationExecutionContext executionContext, ResourceLoggerService loggers)
{
    /// <param name="resource">Whose values these are to be.</param>
    /// <param name="hostPort">How it reaches a port on this machine's loopback, when it is a container.</param>
    public ValueProviderContext ContextOf(IResource resource, Func<int, CancellationToken, ValueTask<(string Host, int Port)>>? hostPort = null)
        => new() { Caller = resource, ExecutionContext = executionContext, HostPort = hostPort };

    public async Task<Dictionary<string, string>> EnvironmentOfAsync(
        IResource resource, ValueProviderContext context, CancellationToken cancellationToken)
    {
        var callbackContext = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken)
        {
            Logger = loggers.GetLogger(resource),
        };
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
            await annotation.Callback(callbackContext);

        var resolved = new Dictionary<string, string>();
        foreach (var (name, value) in callbackContext.EnvironmentVariables)
        {
            if (await TextOfAsync(value, context, cancellationToken) is { } text)
                resolved[name] = text;
        }

        return resolved;
    }

    public async Task<List<string>> ArgumentsOfAsync(IResource resource, ValueProviderContext context, CancellationToken cancellationToken)
    {
        var callbackContext = new CommandLineArgsCallbackContext([], resource, cancellationToken)
        {
            ExecutionContext = executionContext,
            Logger = loggers.GetLogger(resource),
        };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
            await annotation.Callback(callbackContext);
        return await TextsOfAsync(callbackContext.Args, context, cancellationToken);
    }

    /// <summary>Arguments of the container engine, not of the program in the container.</summary>
    public async Task<List<string>> RuntimeArgumentsOfAsync(IResource resource, ValueProviderContext context, CancellationToken cancellationToken)
    {
        var callbackContext = new ContainerRuntimeArgsCallbackContext([], cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>().ToArray())
            await annotation.Callback(callbackContext);
        return await TextsOfAsync(callbackContext.Args, context, cancellationToken);
    }

    public async Task<string?> TextOfAsync(object? value, ValueProviderContext context, CancellationToken cancellationToken) => value switch
    {
        null => null,
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(context, cancellationToken),
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(context, cancellationToken),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private async Task<List<string>> TextsOfAsync(IEnumerable<object> values, ValueProviderContext context, CancellationToken cancellationToken)
    {
        var resolved = new List<string>();
        foreach (var value in values)
        {
            if (await TextOfAsync(value, context, cancellationToken) is { } text)
                resolved.Add(text);
        }

        return resolved;
    }
}
