using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Http.Resilience.Pipelines;

namespace Microsoft.Extensions.Http.Resilience;

[Experimental(ExperimentalApi.Id)]
public static class HttpRetryStrategyOptionsExtensions
{
    /// <summary>No retry for the methods that may change something: POST, PUT, PATCH, DELETE, CONNECT.</summary>
    public static void DisableForUnsafeHttpMethods(this HttpRetryStrategyOptions options) =>
        options.DisableFor(HttpMethod.Delete, HttpMethod.Post, HttpMethod.Put, HttpMethod.Connect, HttpMethod.Patch);

    /// <summary>No retry for these methods, whatever the options said so far.</summary>
    public static void DisableFor(this HttpRetryStrategyOptions options, params HttpMethod[] methods)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(methods);
        if (methods.Length == 0) throw new ArgumentException("No method is given; expected at least one.", nameof(methods));

        var shouldHandle = options.ShouldHandle;
        options.ShouldHandle = async args =>
            await shouldHandle(args) && args.Context.GetRequest() is { } request && !methods.Contains(request.Method);
    }
}
