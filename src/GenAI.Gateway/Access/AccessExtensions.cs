using GenAI.Gateway.Access.Cors;
using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Limits;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Access.Store;
using GenAI.Gateway.Access.Tickets;
using GenAI.Gateway.Access.Usage;
using GenAI.Gateway.Jobs;
using GenAI.ServiceDefaults.Errors;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access;

internal static class AccessExtensions
{
    private const string JobsDatabase = "jobs";

    /// <summary>Keys, quotas, usage, CORS and what a connection may take.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        StartupFailure.Report<AccessStoreException>();
        services.AddStartupOptions<AccessOptions, AccessOptionsValidator>(AccessOptions.Section);
        services.AddSingleton(Database);
        services.AddSingleton<AccessStore>();
        services.AddSingleton<UsageLedger>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyRequestReader>();
        services.AddSingleton<KeyDesk>();
        services.AddSingleton<FirstKey>();
        services.AddSingleton<TicketBook>();
        services.AddSingleton<KeyMetrics>();
        services.AddSingleton<JobAdmission>();
        services.AddHostedService<AccessSyncLoop>();
        services.AddGatewayCors();
        services.AddConnectionLimits();
        return services;
    }

    /// <summary>Call it after UseModelPorts and before UseRouting: whoever may not come in learns nothing of what there is.</summary>
    public static void UseAccess(this IApplicationBuilder app)
    {
        app.UseGatewayCors();
        app.UseMiddleware<AccessMiddleware>();
        app.UseMiddleware<SocketLimitMiddleware>();
    }

    public static void MapAccess(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapKeys();
        endpoints.MapUsage();
        endpoints.MapTickets();
    }

    /// <summary>Beside the jobs: in their folder, or in their database.</summary>
    private static IAccessDatabase Database(IServiceProvider services)
    {
        if (services.GetRequiredService<IConfiguration>().GetConnectionString(JobsDatabase) is { Length: > 0 } shared)
            return new PostgresAccessDatabase(shared);

        return new SqliteAccessDatabase(Path.GetFullPath(Path.Combine(services.GetRequiredService<IOptions<JobOptions>>().Value.Folder, "access.db")));
    }
}
