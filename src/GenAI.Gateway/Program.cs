using GenAI.Contracts.Models;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing;
using GenAI.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
var catalog = ModelCatalog.Read(builder.Configuration);

builder.AddServiceDefaults();
builder.AddGatewayListeners(catalog);
builder.Services.AddApiErrors();
builder.Services.AddModelRouting(catalog);

var app = builder.Build();
app.UseApiErrors();
app.UseModelPorts();
app.UseRouting();
app.MapDefaultEndpoints();
app.MapModels();
app.Run();
