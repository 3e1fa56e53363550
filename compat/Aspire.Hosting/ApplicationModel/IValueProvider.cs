namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that is known only when the application runs, such as the URL of an endpoint.</summary>
public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);

    ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
        => GetValueAsync(cancellationToken);
}

/// <summary>A value that has a name in a published manifest, such as `{api.bindings.http.url}`.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}

public interface IExpressionValue : IValueProvider, IManifestExpressionProvider;

/// <summary>A value made of others.</summary>
public interface IValueWithReferences
{
    IEnumerable<object> References { get; }
}

/// <summary>Who asks for a value.</summary>
public class ValueProviderContext
{
    public DistributedApplicationExecutionContext? ExecutionContext { get; init; }

    public IResource? Caller { get; init; }

    /// <summary>How the caller reaches a port on this machine's loopback, when it is a container: under another host's name, at another port.</summary>
    internal Func<int, CancellationToken, ValueTask<(string Host, int Port)>>? HostPort { get; init; }
}
