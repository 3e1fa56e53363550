namespace GenAI.AppHost.Resources;

/// <summary>A model of the service: its servers are resources of their own, so that a job can be sent to one of them.</summary>
/// <param name="Name">The model's name, and its first server's.</param>
/// <param name="Dialect">The API its servers speak.</param>
/// <param name="Settings">What its settings begin or end with, as in <c>FLUX_URL</c> and <c>GENAI_PORT_FLUX</c>.</param>
/// <param name="Servers">In the order of their instance numbers; empty when <c>{Settings}_URL</c> names servers that run elsewhere.</param>
internal sealed record ImageModel(
    string Name, ModelDialect Dialect, string Settings, IReadOnlyList<IResourceBuilder<IResourceWithEndpoints>> Servers)
{
    /// <summary>The name of the one endpoint that each server has.</summary>
    public const string EndpointName = "http";
}
