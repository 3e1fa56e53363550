using GenAI.Contracts.Models;
using GenAI.Gateway;
using GenAI.Gateway.Access;
using GenAI.Gateway.Automatic1111;
using GenAI.Gateway.ComfyUI;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using GenAI.Gateway.OpenAI;
using GenAI.Gateway.Routing;
using GenAI.Gateway.StableDiffusionApi;
using GenAI.Gateway.Webhooks;
using GenAI.ServiceDefaults;
using GenAI.ServiceDefaults.Errors;

StartupFailure.Report<ModelCatalogException>();

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddApiErrors();
builder.AddServiceDefaults();
builder.Services.AddSingleton<SteadyClock>();

var catalog = ModelCatalog.Read(builder.Configuration);
builder.AddGatewayListeners(catalog);
builder.Services.AddModelRouting(catalog);
builder.Services.AddAccess();
builder.Services.AddJobs();
builder.Services.AddComfyUI();
builder.Services.AddImages();
builder.Services.AddOpenAI();
builder.Services.AddAutomatic1111();
builder.Services.AddStableDiffusion();
builder.Services.AddWebhooks();

var app = builder.BuildService();
app.MapDefaultEndpoints();
app.UseApiErrors();
app.UseModelPorts();
app.UseRequestRefusals();
app.UseAccess();
app.UseRouting();
app.MapAccess();
app.MapOpenAI();
app.MapAutomatic1111();
app.MapStableDiffusion();
app.MapWebhooks();
app.MapComfyUI();
app.MapModels();
app.Run();
