using GenAI.ModelServer.ComfyUI;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Denoising;
using GenAI.ModelServer.Models;
using GenAI.ModelServer.StableDiffusion;
using GenAI.ModelServer.Telemetry;
using GenAI.ServiceDefaults;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace GenAI.ModelServer;

/// <summary>Puts the server together: the shared parts, and the dialect that the settings name.</summary>
internal static class ModelServerApp
{
    /// <exception cref="OptionsValidationException">Settings that cannot be; each failure is a sentence.</exception>
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddCommandLine(args, CommandLine.Switches.ToDictionary());
        builder.AddServiceDefaults();
        builder.AddModelServer();

        var app = builder.Build();
        var isComfyUI = app.Services.GetRequiredService<ModelServerOptions>().Dialect == Dialects.ComfyUI;
        app.MapDefaultEndpoints(mapHealth: isComfyUI);
        if (isComfyUI) app.MapComfyUI();
        else app.MapStableDiffusion();
        return app;
    }

    private static void AddModelServer(this WebApplicationBuilder builder)
    {
        var options = Read(builder.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = options.Limits.JsonBytes);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Jobs);
        builder.Services.AddSingleton(options.Limits);
        builder.Services.AddSingleton(options.Models);
        builder.Services.AddSingleton(options.Folders);
        builder.Services.AddSingleton(options.Sockets);
        builder.Services.AddSingleton<ModelServerMetrics>();
        builder.Services.AddSingleton<ModelLibrary>();
        builder.Services.AddSingleton<LoadedModels>();
        builder.Services.AddSingleton<Engine>();
        builder.Services.AddSingleton(new DiffusionSampler(new AnalyticDenoiser()));
        if (options.Dialect == Dialects.ComfyUI) builder.Services.AddComfyUI();
        else builder.Services.AddStableDiffusion();
    }

    private static ModelServerOptions Read(ConfigurationManager configuration)
    {
        var options = new ModelServerOptions();
        configuration.GetSection(ModelServerOptions.Section).ReadInto(options);
        if (options.Instance.Length == 0) options.Instance = options.Model;
        if (options.Folders.Root.Length == 0) options.Folders.Root = Path.Combine(".genai", options.Instance);

        var result = new ModelServerOptionsValidator().Validate(null, options);
        return result.Succeeded ? options : throw new OptionsValidationException(ModelServerOptions.Section, typeof(ModelServerOptions), result.Failures);
    }
}
