using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.ServiceDefaults.Errors;

/// <summary>
/// Errors that no endpoint has answered itself become problem details (RFC 9457) with a trace id: what the client did wrong
/// is said, what went wrong inside is only logged. The same in every environment.
/// </summary>
internal static class ErrorAnswers
{
    public static void AddErrorAnswers(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<ExceptionAnswer>();
        // A request that cannot be read, or whose client is gone, is the client's error: answered, not logged as ours.
        services.Configure<ExceptionHandlerOptions>(options =>
            options.SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException or ConnectionResetException);
        // In development only by default; without it a bad body is an empty 400 that does not say what was wrong.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseErrorAnswers(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
