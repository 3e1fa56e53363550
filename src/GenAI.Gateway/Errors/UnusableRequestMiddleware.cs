namespace GenAI.Gateway.Errors;

/// <summary>
/// Refuses what HTTP lets a client say and no instance could be asked. Sent on, it would fail on the way, and the failure would be counted
/// against an instance that has no part in it.
/// </summary>
internal sealed class UnusableRequestMiddleware(RequestDelegate next, ApiErrorWriter writer)
{
    /// <summary>The last Host that was found usable: clients mostly say the same, and looking costs more than much of what follows.</summary>
    private volatile string? _usableHost;

    public Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsConnect(context.Request.Method))
        {
            return writer.WriteAsync(context, new ApiError(StatusCodes.Status405MethodNotAllowed, "method_not_allowed",
                "CONNECT is not allowed: this is a gateway to the models, not a proxy."));
        }

        return HasUsableHost(context.Request)
            ? next(context)
            : writer.WriteAsync(context, new ApiError(StatusCodes.Status400BadRequest, "invalid_host",
                $"The Host header is '{context.Request.Headers.Host}'; expected a host name or address, and a port from 0 to 65535 if any."));
    }

    /// <summary>None at all is usable: HTTP/1.0 has no Host.</summary>
    private bool HasUsableHost(HttpRequest request)
    {
        try
        {
            var host = request.Headers.Host.ToString();
            if (string.Equals(host, _usableHost, StringComparison.Ordinal)) return true;

            // ASP.NET Core decodes the name (xn--…) whenever the request is asked for it, here for the first time.
            if (request.Host.HasValue && !Uri.TryCreate($"{request.Scheme}://{host}", UriKind.Absolute, out _)) return false;
            _usableHost = host;
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
