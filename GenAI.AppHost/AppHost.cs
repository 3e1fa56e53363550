using GenAI.AppHost.Resources;

var builder = DistributedApplication.CreateBuilder(args);
builder.AddDockerComposeEnvironment("compose").WithGenAINetworks();

// The model servers, reached by the control plane and the gateway alone.
var flux = builder.AddImageModel("flux-1-dev", ModelDialect.ComfyUI, settings: "FLUX", memory: "16G", cpus: "8");
var sd35 = builder.AddImageModel("stable-diffusion-35", ModelDialect.StableDiffusion, settings: "SD35", memory: "24G", cpus: "12");
var comfyui = builder.AddImageModel("comfyui-workflows", ModelDialect.ComfyUI, settings: "COMFYUI", memory: "12G", cpus: "6");

// Control plane: watches the model servers and tells the data plane which of them can work.
var orchestrator = builder.AddProject<Projects.GenAI_Orchestrator>("orchestrator")
    .WithHttpEndpoint(builder.Port("GENAI_PORT_ORCHESTRATOR", 8193), name: "api")
    .WithHttpHealthCheck("/health", endpointName: "api")
    .WithServiceSettings()
    .WithModels(flux, sd35, comfyui)
    .Hardened();

// Data plane: the only way in. One port for every API, and each model's historical port.
var gateway = builder.AddProject<Projects.GenAI_Gateway>("gateway")
    .WithHttpEndpoint(builder.Port("GENAI_PORT_GATEWAY", 8080), name: "all")
    .WithModelPort(flux, "flux", 8189)
    .WithModelPort(sd35, "sd35", 8190)
    .WithModelPort(comfyui, "comfyui", 8191)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health", endpointName: "all")
    .WithDataFolder("GenAI__Gateway__Jobs__Folder", "gateway")
    .WithServiceSettings()
    .WithMetricsForPrometheus()
    .WithModels(flux, sd35, comfyui)
    .WithReference(orchestrator).WaitFor(orchestrator)
    .Hardened(reachableFromOutside: true);

// Monitoring reads them all, and holds up none of them.
var prometheus = builder.AddPrometheus("prometheus", builder.Port("PROMETHEUS_PORT", 9090))
    .Scrapes(orchestrator, "api")
    .Scrapes(gateway, "all")
    .Scrapes(flux, sd35, comfyui);
builder.AddGrafana("grafana", builder.Port("GRAFANA_PORT", 3000), prometheus);

builder.RefuseWrongSettings();
builder.Build().Run();
