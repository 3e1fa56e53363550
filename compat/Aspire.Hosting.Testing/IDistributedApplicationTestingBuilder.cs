namespace Aspire.Hosting.Testing;

/// <summary>A builder that can be built asynchronously, and that ends what it started when it is disposed.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
