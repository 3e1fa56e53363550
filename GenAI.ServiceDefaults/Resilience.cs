using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

// Marked experimental in the official package: DisableForUnsafeHttpMethods, without which a POST could be sent twice, and
// RemoveAllResilienceHandlers. Used in this file only, so that a change of theirs is a change here.
#pragma warning disable EXTEXP0001

namespace GenAI.ServiceDefaults;

/// <summary>HTTP clients that find services by name and survive a short failure.</summary>
public static class Resilience
{
    /// <summary>
    /// For a client whose requests may rightly take longer than the standard limits (10 s an attempt, 30 s in all):
    /// takes the standard handler away. The caller then bounds time and retries itself.
    /// </summary>
    public static IHttpClientBuilder WithoutStandardResilience(this IHttpClientBuilder client) => client.RemoveAllResilienceHandlers();

    /// <summary>Every client of the factory: standard resilience outside, service discovery inside, so that a retry may go elsewhere.</summary>
    internal static void AddResilientHttpClients(this IServiceCollection services)
    {
        services.AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(client =>
        {
            client.AddStandardResilienceHandler(options => options.Retry.DisableForUnsafeHttpMethods())
                // One circuit breaker per destination: a dead service must not cut off the others.
                .SelectPipelineByAuthority();
            client.AddServiceDiscovery();
        });
    }
}
