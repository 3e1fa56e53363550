using GenAI.ServiceDefaults.Errors;
using GenAI.ServiceDefaults.Health;
using GenAI.ServiceDefaults.Settings;
using GenAI.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace GenAI.ServiceDefaults;

/// <summary>What every service of GenAI does alike, in two calls.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Settings, logs, telemetry, health checks, HTTP clients and error answers. Call it first: it sets the host's environment.
    /// </summary>
    /// <exception cref="SettingsException">A setting is not usable; the process ends with its message and exit code 1.</exception>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        StartupFailure.Report<SettingsException>();
        StartupFailure.Report<OptionsValidationException>();
        StartupFailure.Report<IOException>(exception => exception.InnerException is AddressInUseException);

        var settings = builder.AddGenAISettings();
        builder.AddLogging(settings);
        builder.AddTelemetry(settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddLivenessCheck();
        builder.Services.AddResilientHttpClients();
        builder.Services.AddErrorAnswers();
        return builder;
    }

    /// <summary>
    /// Builds the service. Some options are wanted for that already: where these are wrong, all that is wrong is told, not they alone.
    /// </summary>
    /// <exception cref="AggregateException">Options of several kinds are wrong.</exception>
    /// <exception cref="OptionsValidationException">Options of one kind are wrong.</exception>
    public static WebApplication BuildService(this WebApplicationBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (OptionsValidationException)
        {
            using var services = builder.Services.BuildServiceProvider();
            services.GetService<IStartupValidator>()?.Validate();
            throw;
        }
    }

    /// <summary>
    /// Error answers, <c>/health</c>, <c>/alive</c>, <c>/metrics</c>. Call it right after Build: middleware added before it does
    /// not have its errors answered. Options are validated here, before anything listens.
    /// </summary>
    /// <param name="app">The service.</param>
    /// <param name="mapHealth">False for a service whose own API has a <c>/health</c> of another shape.</param>
    /// <returns>The mapped endpoints, to restrict them to a host or port.</returns>
    public static IEndpointConventionBuilder MapDefaultEndpoints(this WebApplication app, bool mapHealth = true)
    {
        app.Services.GetService<IStartupValidator>()?.Validate();

        app.UseRequestSpans();
        app.UseErrorAnswers();
        var endpoints = app.MapGroup("");
        endpoints.MapLiveness();
        if (mapHealth) endpoints.MapReadiness();
        if (app.Services.GetRequiredService<GenAISettings>().MetricsEnabled) endpoints.MapMetrics();
        return endpoints;
    }
}
