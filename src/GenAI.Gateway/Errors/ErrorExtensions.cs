namespace GenAI.Gateway.Errors;

internal static class ErrorExtensions
{
    /// <summary>Call it before AddServiceDefaults: of several exception handlers the first that was registered answers.</summary>
    public static IServiceCollection AddApiErrors(this IServiceCollection services)
    {
        services.AddSingleton<ErrorShapes>();
        services.AddSingleton<ApiErrorWriter>();
        services.AddSingleton<BareErrors>();
        services.AddExceptionHandler<ApiExceptionHandler>();
        return services;
    }

    /// <summary>Call it after MapDefaultEndpoints: what it leaves unanswered is answered there.</summary>
    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app) => app.UseMiddleware<BareErrorMiddleware>();

    /// <summary>Call it after UseModelPorts, which decides the shape of the refusal.</summary>
    public static IApplicationBuilder UseRequestRefusals(this IApplicationBuilder app) => app.UseMiddleware<UnusableRequestMiddleware>();
}
