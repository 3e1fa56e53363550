using GenAI.Contracts.Models;
using GenAI.Gateway.Access;
using GenAI.Gateway.ComfyUI;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Generation;
using GenAI.Gateway.OpenAI;
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
builder.Services.AddAccess();
builder.Services.AddJobs();
builder.Services.AddComfyUI();
builder.Services.AddGeneration();
builder.Services.AddOpenAI();

var app = builder.Build();
app.MapDefaultEndpoints();
app.UseApiErrors();
app.UseModelPorts();
app.UseRequestRefusals();
app.UseAccess();
app.UseRouting();
app.MapAccess();
app.MapOpenAI();
app.MapComfyUI();
app.MapModels();
app.Run();
