using System.Collections;
using System.Diagnostics;
using OpenTelemetry;

var health = StatusCodes.Status200OK;
var builder = WebApplication.CreateSlimBuilder(args);
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
{
    AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
    builder.Services.AddOpenTelemetry()
        .WithTracing(traces => traces.AddSource("Microsoft.AspNetCore", "System.Net.Http"))
        .WithMetrics(metrics => metrics.AddMeter("Microsoft.AspNetCore.Hosting"))
        .WithLogging(configureBuilder: null, options => options.IncludeFormattedMessage = true)
        .UseOtlpExporter();
}

builder.Services.AddHttpClient();
var app = builder.Build();

app.MapGet("/environment", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value));
app.MapGet("/arguments", () => args);
app.MapGet("/process", () => new { id = Environment.ProcessId, workingDirectory = Environment.CurrentDirectory });
app.MapGet("/health", () => Results.StatusCode(health));
app.MapPost("/health/{status:int}", (int status) => health = status);
app.MapPost("/exit/{code:int}", (int code) => Environment.Exit(code));

// One service that calls another, and says so; what is said goes to the console too.
app.MapGet("/call", async (string url, string? say, IHttpClientFactory clients, ILogger<Program> logger) =>
{
    logger.LogInformation("Calling {Url}: {Say}", url, say);
    using var client = clients.CreateClient();
    return await client.GetStringAsync(new Uri(url));
});

// A grandchild, as a service that starts workers has.
app.MapPost("/spawn", () =>
{
    using var process = Process.Start("sleep", "300");
    return process.Id;
});

app.Run();
