namespace GenAI.Gateway.Automatic1111;

internal static class Automatic1111Extensions
{
    /// <summary>The API of AUTOMATIC1111's Stable Diffusion web UI, as far as making images goes.</summary>
    public static IServiceCollection AddAutomatic1111(this IServiceCollection services)
    {
        services.AddSingleton<Sessions>();
        services.AddSingleton<MakeHandler>();
        return services;
    }

    public static void MapAutomatic1111(this IEndpointRouteBuilder endpoints)
    {
        // It listens to jobs from the first one on.
        endpoints.ServiceProvider.GetRequiredService<Sessions>();
        var api = endpoints.MapGroup("/sdapi/v1");
        api.MapMake();
        api.MapControl();
        api.MapLists();
    }
}
