using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Errors;

/// <summary>The body of an error that routing, the server or YARP has decided by its status alone.</summary>
internal sealed class BareErrors(Fleet fleet, IOptions<GatewayOptions> options)
{
    /// <summary>Null: the answer is an instance's own, and stays as it is.</summary>
    public ApiError? Describe(HttpContext context)
    {
        if (context.GetForwarderErrorFeature() is { } failure) return OfForwarder(context, failure.Error);
        return context.Features.Get<Yarp.ReverseProxy.Model.IReverseProxyFeature>()?.ProxiedDestination is null ? OfStatus(context) : null;
    }

    private ApiError OfForwarder(HttpContext context, ForwarderError error)
    {
        var status = context.Response.StatusCode;
        var proxy = context.GetReverseProxyFeature();
        var model = proxy.Route.Config.RouteId;
        var instance = proxy.ProxiedDestination?.DestinationId;
        return (error, status) switch
        {
            (ForwarderError.NoAvailableDestinations, _) => Unavailable(model),
            (ForwarderError.Request, StatusCodes.Status503ServiceUnavailable) => new(status, "model_unavailable",
                $"No instance of '{model}' can take requests now: {instance} could not be reached.")
            {
                RetryAfter = options.Value.RetryAfter,
            },
            (_, StatusCodes.Status413PayloadTooLarge) => TooLarge(),
            (_, StatusCodes.Status504GatewayTimeout) => new(status, "gateway_timeout",
                $"Instance {instance} of '{model}' did not answer in time."),
            (ForwarderError.RequestBodyDestination, >= 500) => new(status, "bad_gateway",
                $"Instance {instance} of '{model}' closed the connection before it had read the request's body; the body may be larger than it takes."),
            (_, >= 500) => new(status, "bad_gateway",
                $"Instance {instance} of '{model}' broke off or answered with what is not HTTP; the request may have been begun.")
            {
                RetryAfter = options.Value.RetryAfter,
            },
            _ => new(status, "bad_request", "The request's body could not be read to its end."),
        };
    }

    private ApiError OfStatus(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var request = context.Request;
        return status switch
        {
            StatusCodes.Status404NotFound => NotFound(request),
            StatusCodes.Status405MethodNotAllowed => new(status, "method_not_allowed",
                $"{request.Method} is not allowed on {request.Path}; allowed: {context.Response.Headers.Allow}."),
            StatusCodes.Status413PayloadTooLarge => TooLarge(),
            StatusCodes.Status415UnsupportedMediaType => new(status, "unsupported_media_type",
                $"The content type '{request.ContentType}' is not supported on {request.Path}; expected application/json."),
            _ => new(status, status < 500 ? "bad_request" : "internal_error", $"The request failed with status {status}."),
        };
    }

    private ApiError NotFound(HttpRequest request)
    {
        if (ModelPaths.ModelName(request.Path) is { } name && !fleet.Current.TryGetModel(name, out _))
        {
            return new(StatusCodes.Status404NotFound, "model_not_found",
                $"There is no model '{name}'. The models are: {fleet.Current.ModelNames()}.");
        }

        return new(StatusCodes.Status404NotFound, "not_found",
            $"There is nothing at {request.Method} {request.Path}. "
            + "The gateway answers at /models/<name>/… (a model's own API), /v1/… (OpenAI), /sdapi/v1/… (Stable Diffusion web UI), /health, /alive and /metrics.");
    }

    public ApiError Unavailable(string model) =>
        new(StatusCodes.Status503ServiceUnavailable, "model_unavailable", $"No instance of '{model}' can take requests now.")
        {
            RetryAfter = options.Value.RetryAfter,
        };

    public ApiError TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, "request_too_large",
            $"The request's body is larger than the limit of {options.Value.MaxRequestBodyBytes} bytes.");
}
