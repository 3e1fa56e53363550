using GenAI.AppHost.Resources;

var builder = DistributedApplication.CreateBuilder(args);

// The model servers, reached by the control plane and the gateway alone.
var flux = builder.AddImageModel("flux-1-dev", ModelDialect.ComfyUI, settings: "FLUX");
var sd35 = builder.AddImageModel("stable-diffusion-35", ModelDialect.StableDiffusion, settings: "SD35");
var comfyui = builder.AddImageModel("comfyui-workflows", ModelDialect.ComfyUI, settings: "COMFYUI");

// Control plane: watches the model servers and tells the data plane which of them can work.
var orchestrator = builder.AddProject<Projects.GenAI_Orchestrator>("orchestrator")
    .WithHttpEndpoint(builder.Port("GENAI_PORT_ORCHESTRATOR", 8193), name: "api")
    .WithHttpHealthCheck("/health", endpointName: "api")
    .WithServiceSettings()
    .WithModels(flux, sd35, comfyui);

// Data plane: the only way in. One port for every API, and each model's historical port.
var gateway = builder.AddProject<Projects.GenAI_Gateway>("gateway")
    .WithHttpEndpoint(builder.Port("GENAI_PORT_GATEWAY", 8080), name: "all")
    .WithModelPort(flux, "flux", 8189)
    .WithModelPort(sd35, "sd35", 8190)
    .WithModelPort(comfyui, "comfyui", 8191)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health", endpointName: "all")
    .WithEnvironment("GenAI__Gateway__Jobs__Folder", builder.DataDirectory("gateway"))
    .WithServiceSettings()
    .WithModels(flux, sd35, comfyui)
    .WithReference(orchestrator).WaitFor(orchestrator);

// Monitoring reads them all, and holds up none of them.
builder.AddPrometheus("prometheus", builder.Port("PROMETHEUS_PORT", 9090))
    .Scrapes(orchestrator, "api")
    .Scrapes(gateway, "all")
    .Scrapes(flux, sd35, comfyui);

builder.Build().Run();
