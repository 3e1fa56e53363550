using GenAI.Contracts.Models;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing;
using GenAI.ServiceDefaults;
using GenAI.ServiceDefaults.Errors;

StartupFailure.Report<ModelCatalogException>();

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddApiErrors();
builder.AddServiceDefaults();

var catalog = ModelCatalog.Read(builder.Configuration);
builder.AddGatewayListeners(catalog);
builder.Services.AddModelRouting(catalog);

var app = builder.Build();
app.MapDefaultEndpoints();
app.UseApiErrors();
app.UseModelPorts();
app.UseRouting();
app.MapModels();
app.Run();
