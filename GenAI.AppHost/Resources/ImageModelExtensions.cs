using Microsoft.Extensions.Configuration;

namespace GenAI.AppHost.Resources;

/// <summary>Declares model servers and hands their addresses to those who work with them.</summary>
internal static class ImageModelExtensions
{
    private const int MaximumInstances = 64;

    /// <summary>
    /// Adds the servers of a model: as many as <c>GenAI:Models:{name}:Instances</c> says (1), the first named like the model,
    /// the following <c>{name}-1</c>, <c>{name}-2</c>… None when <c>{settings}_URL</c> names servers that run elsewhere.
    /// </summary>
    /// <param name="builder">The application's.</param>
    /// <param name="name">The model's.</param>
    /// <param name="dialect">The API that its servers speak.</param>
    /// <param name="settings">What its settings begin with.</param>
    /// <param name="memory">How much a container may use, unless <c>{settings}_MEMORY_LIMIT</c> says otherwise: a number with its unit, such as 16G.</param>
    /// <param name="cpus">How many cores a container may use, unless <c>{settings}_CPU_LIMIT</c> says otherwise.</param>
    public static ImageModel AddImageModel(
        this IDistributedApplicationBuilder builder, string name, ModelDialect dialect, string settings, string memory, string cpus)
    {
        var isContainer = ModelRuntime.IsContainer(builder);
        var runsElsewhere = !string.IsNullOrEmpty(builder.Configuration[$"{settings}_URL"]);
        var instances = runsElsewhere ? 0 : builder.WholeNumber($"GenAI:Models:{name}:Instances", defaultValue: 1, minimum: 1, MaximumInstances);
        var servers = Enumerable.Range(0, instances)
            .Select(instance => isContainer
                ? builder.AddModelContainer(name, instance, dialect, new(builder, settings, memory, cpus))
                : (IResourceBuilder<IResourceWithEndpoints>)builder.AddEmbeddedServer(name, instance, dialect))
            .ToArray();

        return new ImageModel(name, dialect, settings, servers);
    }

    private static IResourceBuilder<ProjectResource> AddEmbeddedServer(
        this IDistributedApplicationBuilder builder, string model, int instance, ModelDialect dialect)
    {
        // The id that the control plane gives it, so that its metrics and the control plane's go together.
        var id = $"{model}-{instance}";
        var name = instance == 0 ? model : id;
        return builder.AddProject<Projects.GenAI_ModelServer>(name)
            .WithHttpEndpoint(name: ImageModel.EndpointName)
            .WithHttpHealthCheck(dialect.ReadinessPath, endpointName: ImageModel.EndpointName)
            .WithArgs("--model", model, "--dialect", dialect.SettingValue)
            .WithEnvironment("ModelServer__Instance", id)
            .WithDataFolder("ModelServer__Folders__Root", "models", name)
            .WithServiceSettings()
            .Hardened();
    }

    /// <summary>
    /// A server on a GPU, from the image that <c>GenAI:Models:{model}:Image</c> names. It finds its checkpoints in a volume that it
    /// cannot write to.
    /// </summary>
    private static IResourceBuilder<ContainerResource> AddModelContainer(
        this IDistributedApplicationBuilder builder, string model, int instance, ModelDialect dialect, ResourceLimits limits)
    {
        var id = $"{model}-{instance}";
        return builder.AddContainer(instance == 0 ? model : id, builder.Setting($"GenAI:Models:{model}:Image", $"genai/{model}:1.0.0"))
            .WithHttpEndpoint(targetPort: dialect.ContainerPort, name: ImageModel.EndpointName)
            .WithHttpHealthCheck(dialect.ReadinessPath, endpointName: ImageModel.EndpointName)
            .WithEnvironment("GENAI_MODEL", model)
            .WithVolume("genai-models", "/models", isReadOnly: true)
            .WithVolume("genai-outputs", "/outputs")
            .WithVolume("genai-cache", "/cache")
            .WithContainerRuntimeArgs("--gpus", "all", "--memory", limits.Memory, "--cpus", limits.Cpus)
            .HardenedModel(dialect, limits);
    }

    /// <summary>
    /// Makes the models known to a service: the addresses of their servers as service discovery has them
    /// (<c>services__{model}__http__{n}</c>, n being the instance's number) and what configuration says of each.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithModels(
        this IResourceBuilder<ProjectResource> service, params ReadOnlySpan<ImageModel> models)
    {
        foreach (var model in models)
        {
            foreach (var (key, value) in service.ApplicationBuilder.Configuration.GetSection($"GenAI:Models:{model.Name}").AsEnumerable(makePathsRelative: true))
            {
                if (value is not null) service.WithEnvironment($"GenAI__Models__{model.Name}__{key.Replace(":", "__", StringComparison.Ordinal)}", value);
            }

            service.WithEnvironment($"GenAI__Models__{model.Name}__Dialect", model.Dialect.SettingValue);
            service.WithOptionalSetting($"{model.Settings}_URL");
            for (var instance = 0; instance < model.Servers.Count; instance++)
            {
                var server = model.Servers[instance];
                service.WithEnvironment($"services__{model.Name}__http__{instance}", server.GetEndpoint(ImageModel.EndpointName)).WithReferenceRelationship(server);
            }
        }

        return service;
    }

    /// <summary>
    /// Gives a model its own port on the gateway (<c>GENAI_PORT_{settings}</c>, else <paramref name="defaultPort"/>),
    /// and tells the gateway which of the ports it listens on that is.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithModelPort(
        this IResourceBuilder<ProjectResource> gateway, ImageModel model, string endpointName, int defaultPort)
    {
        var setting = $"GENAI_PORT_{model.Settings}";
        return gateway
            .WithHttpEndpoint(gateway.ApplicationBuilder.Port(setting, defaultPort), name: endpointName)
            .WithEnvironment(setting, gateway.GetEndpoint(endpointName).Property(EndpointProperty.TargetPort));
    }
}
