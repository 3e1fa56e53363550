using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Docker.Writing;

/// <summary>Writes <c>docker-compose.yaml</c>, the <c>.env</c> beside it, and on demand <c>.env.{Environment}</c> with values.</summary>
internal sealed class ComposePublisher(DockerComposeEnvironmentResource environment, PublishingRun run)
{
    public async Task WriteAsync()
    {
        var file = Compose();
        environment.ConfigureComposeFile?.Invoke(file);
        environment.ConfigureEnvFile?.Invoke(environment.CapturedEnvironmentVariables);

        var folder = Folder();
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "docker-compose.yaml");
        await File.WriteAllTextAsync(path, file.ToYaml(), run.CancellationToken);
        if (environment.CapturedEnvironmentVariables.Count > 0)
        {
            var variables = EnvFile.Load(Path.Combine(folder, ".env"));
            foreach (var (name, variable) in environment.CapturedEnvironmentVariables)
                variables.AddIfMissing(name, variable.Description);
            variables.Save(Path.Combine(folder, ".env"));
        }

        run.Report($"Docker Compose file written successfully to {path}.");
    }

    /// <exception cref="MissingParameterValueException">A parameter has no value.</exception>
    public async Task WriteValuesAsync()
    {
        if (environment.CapturedEnvironmentVariables.Count == 0)
            return;

        var variables = new EnvFile();
        foreach (var (name, variable) in environment.CapturedEnvironmentVariables)
            variables.Set(name, await ValueOfAsync(variable), variable.Description);
        var environmentName = run.Services.GetRequiredService<IHostEnvironment>().EnvironmentName;
        var path = Path.Combine(Folder(), $".env.{environmentName}");
        variables.Save(path);
        run.Report($"Values written to {path}.");
    }

    private async Task<string?> ValueOfAsync(CapturedEnvironmentVariable variable)
        => variable.DefaultValue is null && variable.Source is IValueProvider source
            ? await source.GetValueAsync(run.CancellationToken)
            : variable.DefaultValue;

    private ComposeFile Compose()
    {
        var network = new Network { Name = environment.DefaultNetworkName ?? "aspire", Driver = "bridge" };
        var file = new ComposeFile().AddNetwork(network);
        foreach (var service in environment.Services)
        {
            var node = new ServiceWriter(service).Write(network.Name);
            foreach (var volume in service.Volumes.Where(volume => volume.Type != "bind" && !file.Volumes.ContainsKey(volume.Name)))
                file.AddVolume(new Volume { Name = volume.Name, Driver = volume.Driver ?? "local", External = volume.External });
            foreach (var customization in service.TargetResource.Annotations.OfType<DockerComposeServiceCustomizationAnnotation>())
                customization.Configure(service, node);
            file.AddService(node);
        }

        return file;
    }

    /// <summary>One folder for each environment where there are several.</summary>
    private string Folder()
    {
        var folder = run.OutputPath is { Length: > 0 } path ? Path.GetFullPath(path) : Path.Combine(run.AppHostDirectory, "aspire-output");
        return run.Model.Resources.OfType<IComputeEnvironmentResource>().Count() > 1 ? Path.Combine(folder, environment.Name) : folder;
    }
}
