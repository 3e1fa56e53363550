using GenAI.Orchestrator.Api;
using GenAI.Orchestrator.Health;
using GenAI.Orchestrator.Instances;
using GenAI.Orchestrator.Resources;
using GenAI.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddInstances();
builder.AddInstanceHealth();
builder.AddResources();
builder.AddApi();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapApi();
app.Run();
