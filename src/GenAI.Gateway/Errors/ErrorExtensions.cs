namespace GenAI.Gateway.Errors;

internal static class ErrorExtensions
{
    public static IServiceCollection AddApiErrors(this IServiceCollection services)
    {
        services.AddSingleton<ErrorShapes>();
        services.AddSingleton<ApiErrorWriter>();
        services.AddSingleton<BareErrors>();
        services.AddExceptionHandler<ApiExceptionHandler>();
        return services;
    }

    /// <summary>Every error of the gateway in the shape of the API that the client speaks. Answers of instances pass untouched.</summary>
    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context =>
        {
            var services = context.HttpContext.RequestServices;
            return services.GetRequiredService<BareErrors>().Describe(context.HttpContext) is { } error
                ? services.GetRequiredService<ApiErrorWriter>().WriteAsync(context.HttpContext, error)
                : Task.CompletedTask;
        });
        return app;
    }
}
