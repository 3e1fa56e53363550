using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs.Journal;
using Microsoft.AspNetCore.Http.Metadata;

namespace GenAI.Gateway.ComfyUI.Wire;

/// <summary>
/// The routes that the gateway answers itself. They come before those that are passed through, and a method that a route has not is
/// refused instead of being passed to some instance.
/// </summary>
/// <param name="group">Where they are.</param>
/// <param name="maxJsonBytes">The largest body of a route that says nothing else.</param>
/// <param name="mostBytes">The largest body of any.</param>
internal sealed class OwnedRoutes(RouteGroupBuilder group, long maxJsonBytes, long mostBytes)
{
    /// <summary>A model's pass-through route names the model, and would else be the better match.</summary>
    private const int BeforePassThrough = -1;

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private readonly Dictionary<string, List<string>> _methods = new(StringComparer.Ordinal);

    public void Get(string path, Delegate handler) => Map(path, Reading, handler, maxJsonBytes);

    public void Post(string path, Delegate handler, long? maxBytes = null) => Map(path, [HttpMethods.Post], handler, maxBytes ?? maxJsonBytes);

    /// <summary>For a route with a pipeline of its own.</summary>
    public IApplicationBuilder Builder() => ((IEndpointRouteBuilder)group).CreateApplicationBuilder();

    /// <summary>For a WebSocket, which begins as a GET.</summary>
    public void Socket(string path, RequestDelegate handler)
    {
        Note(path, [HttpMethods.Get]);
        group.MapMethods(path, [HttpMethods.Get], handler).WithOrder(BeforePassThrough);
    }

    /// <summary>Call it last.</summary>
    public void RefuseTheRest()
    {
        foreach (var (path, methods) in _methods)
        {
            var allow = string.Join(", ", methods);
            group.Map(path, context =>
            {
                context.Response.Headers.Allow = allow;
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return Task.CompletedTask;
            }).WithOrder(BeforePassThrough);
        }
    }

    private void Map(string path, string[] methods, Delegate handler, long maxBytes)
    {
        Note(path, methods);
        group.MapMethods(path, methods, handler)
            .WithOrder(BeforePassThrough)
            .WithMetadata(new MaxBody(Math.Min(maxBytes, mostBytes)))
            .DisableAntiforgery()
            .AddEndpointFilter(GuardAsync);
    }

    private void Note(string path, string[] methods)
    {
        if (!_methods.TryGetValue(path, out var known)) _methods[path] = known = [];
        known.AddRange(methods);
    }

    /// <summary>What every route refuses, and what it says when the journal cannot be read.</summary>
    private static async ValueTask<object?> GuardAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        if (OriginPolicy.Refuse(call.HttpContext) is { } refusal) return Answers.Error(refusal);
        try
        {
            return await next(call);
        }
        catch (JournalException exception)
        {
            return Answers.Error(new ApiError(StatusCodes.Status503ServiceUnavailable, "journal_unavailable", exception.Message)
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            });
        }
    }

    private sealed record MaxBody(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
