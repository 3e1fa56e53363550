using System.Collections;
using System.Diagnostics;

var health = StatusCodes.Status200OK;
var app = WebApplication.CreateSlimBuilder(args).Build();

app.MapGet("/environment", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value));
app.MapGet("/arguments", () => args);
app.MapGet("/process", () => new { id = Environment.ProcessId, workingDirectory = Environment.CurrentDirectory });
app.MapGet("/health", () => Results.StatusCode(health));
app.MapPost("/health/{status:int}", (int status) => health = status);
app.MapPost("/exit/{code:int}", (int code) => Environment.Exit(code));

// A grandchild, as a service that starts workers has.
app.MapPost("/spawn", () =>
{
    using var process = Process.Start("sleep", "300");
    return process.Id;
});

app.Run();
