using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Patterns;

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
        // Binding a handler compiles it, which for all of them takes a good part of the gateway's start.
        var bound = new Lazy<RequestDelegate>(() => Bind(path, handler));
        RequestDelegate answer = context => GuardAsync(context, bound);
        group.MapMethods(path, methods, answer).WithOrder(BeforePassThrough).WithMetadata(new MaxBody(Math.Min(maxBytes, mostBytes)));
    }

    private RequestDelegate Bind(string path, Delegate handler) => RequestDelegateFactory.Create(handler, new RequestDelegateFactoryOptions
    {
        ServiceProvider = ((IEndpointRouteBuilder)group).ServiceProvider,
        RouteParameterNames = RoutePatternFactory.Parse(path).Parameters.Select(parameter => parameter.Name),
    }).RequestDelegate;

    private void Note(string path, string[] methods)
    {
        if (!_methods.TryGetValue(path, out var known)) _methods[path] = known = [];
        known.AddRange(methods);
    }

    /// <summary>What every route refuses.</summary>
    private static async Task GuardAsync(HttpContext context, Lazy<RequestDelegate> answer)
    {
        if (OriginPolicy.Refuse(context) is { } refusal)
        {
            await Answers.Error(refusal).ExecuteAsync(context);
            return;
        }

        await answer.Value(context);
    }

    private sealed record MaxBody(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
