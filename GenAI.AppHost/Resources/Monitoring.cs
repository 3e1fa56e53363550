namespace GenAI.AppHost.Resources;

/// <summary>What Prometheus reads: filled while the application is declared, written when Prometheus starts.</summary>
/// <param name="Targets">The service, the instance's name and where its <c>/metrics</c> is.</param>
/// <param name="Container">Prometheus, where it is a container.</param>
internal sealed record Monitoring(List<ScrapeTarget> Targets, IResourceBuilder<ContainerResource>? Container)
{
    public Monitoring Scrapes(IResourceBuilder<IResourceWithEndpoints> service, string endpointName)
    {
        Targets.Add(new ScrapeTarget(service.Resource.Name, service.Resource.Name, service.GetEndpoint(endpointName)));
        return this;
    }

    public Monitoring Scrapes(params ReadOnlySpan<ImageModel> models)
    {
        foreach (var model in models)
        {
            foreach (var server in model.Servers)
                Targets.Add(new ScrapeTarget(model.Name, server.Resource.Name, server.GetEndpoint(ImageModel.EndpointName)));
        }

        return this;
    }
}

/// <param name="Job">Prometheus' <c>job</c> label: the service or model.</param>
/// <param name="Resource">The label <c>resource</c>: which of its servers.</param>
/// <param name="Endpoint">Where its <c>/metrics</c> is.</param>
internal sealed record ScrapeTarget(string Job, string Resource, EndpointReference Endpoint);
