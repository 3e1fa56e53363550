using System.Diagnostics;
using System.Diagnostics.Metrics;
using GenAI.ServiceDefaults.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenAI.ServiceDefaults.SampleService;

/// <summary>A body to bind.</summary>
public sealed record EchoRequest(string Prompt, int Width);

public sealed class SampleOptions
{
    public int Jobs { get; set; } = 1;
}

public static class Sample
{
    private static readonly ActivitySource Source = new("GenAI.Sample");

    public static void AddSample(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SampleOptions>().BindConfiguration("Sample")
            .Validate(options => options.Jobs is > 0 and < 100, "Sample:Jobs is out of range; expected 1 to 99.").ValidateOnStart();

        var ready = builder.Configuration["Sample:Ready"];
        if (ready == "no") builder.Services.AddHealthChecks().AddCheck("storage", () => HealthCheckResult.Unhealthy("The disk is full."));
        if (ready == "later") builder.Services.AddHealthChecks().AddCheck("storage", () => HealthCheckResult.Unhealthy("Not yet."), [HealthEndpoints.StartingTag]);
        if (ready == "throws") builder.Services.AddHealthChecks().AddCheck("storage", () => throw new IOException("secret path"));
    }

    public static void MapSample(this WebApplication app)
    {
        app.MapPost("/echo", (EchoRequest request) => request);
        app.MapGet("/number", (int value) => value);
        app.MapGet("/boom", string () => throw new InvalidOperationException("secret state"));
        app.MapGet("/empty", () => Results.StatusCode(StatusCodes.Status418ImATeapot));
        app.MapGet("/work", Work);
        app.MapGet("/log", Log);
    }

    private static string Work(IMeterFactory meters)
    {
        using var activity = Source.StartActivity("sample work");
        meters.Create("GenAI.Sample").CreateHistogram<double>("genai_sample_seconds", "s").Record(250);
        return "done";
    }

    private static string Log(ILogger<SampleOptions> logger)
    {
        logger.LogDebug("A debug line");
        logger.LogInformation("An information line about {Model}", "flux");
        logger.LogWarning("A warning line");
        return "logged";
    }
}
