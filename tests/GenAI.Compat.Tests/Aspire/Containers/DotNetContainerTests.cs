using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using GenAI.Compat.Tests.Aspire.Dashboard;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire.Containers;

/// <summary>A .NET service in a container, on a Debian of our own, between two of the same on this machine.</summary>
public sealed partial class DotNetContainerTests : IAsyncLifetime
{
    private readonly TemporaryFolder _context = new();
    private TestApplication _application = null!;
    private IResourceBuilder<ContainerResource> _boxed = null!;
    private string? _built;

    public async ValueTask InitializeAsync()
    {
        var image = await DotNetImage.RequireAsync();
        _application = new TestApplication(withDashboard: true, "--environment=Development");
        var back = _application.AddEcho("back").WithArgs("from", "back");
        _boxed = _application.Builder.AddDockerfile("boxed", ServiceOn(image))
            .WithHttpEndpoint(targetPort: 8080).WithHttpHealthCheck("/health")
            .WithEnvironment("ASPNETCORE_HTTP_PORTS", "8080")
            .WithReference(back).WaitFor(back);
        _application.AddEcho("caller").WithReference(_boxed.GetEndpoint("http")).WaitFor(_boxed);
    }

    [Theory]
    [InlineData(OtlpProtocol.Grpc)]
    [InlineData(OtlpProtocol.HttpProtobuf)]
    public async Task It_is_reached_from_this_machine_reaches_this_machine_and_is_in_the_trace(OtlpProtocol protocol)
    {
        _boxed.WithOtlpExporter(protocol);
        await _application.StartAsync();
        await _application.HealthyAsync("caller");
        _built = (string?)_application.Current("boxed").Snapshot.Properties.Single(property => property.Name == "container.image").Value;
        using var caller = _application.App.CreateHttpClient("caller");

        // Each service is asked for its neighbour's address as it was told it.
        var boxed = (await EnvironmentAsync(caller, "/environment"))["services__boxed__http__0"];
        var back = (await EnvironmentAsync(caller, Call($"{boxed}/environment")))["services__back__http__0"];
        var answer = await caller.GetStringAsync(Call(boxed + Call($"{back}/arguments")), _application.Cancellation);

        Assert.Equal("""["from","back"]""", answer);
        Assert.Matches(@"^http://host\.docker\.internal:\d+$", back);
        await SeenOnTheDashboardAsync("caller: GET /call", "boxed: GET /call", "back: GET /arguments");
    }

    public async ValueTask DisposeAsync()
    {
        _context.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
        if (_built is not null)
            await Engine.DockerAsync("image", "rm", _built);
    }

    /// <summary>One trace has all the spans, and the container's log is there too.</summary>
    private async Task SeenOnTheDashboardAsync(params string[] spans)
    {
        using var dashboard = await new DashboardClient(_application).LogInAsync(_application.Cancellation);
        var trace = await Eventually.NotNullAsync(
            async () => TraceLink().Match(await dashboard.PageAsync("/traces?q=/arguments", _application.Cancellation)) is { Success: true } link ? link.Value : null,
            _application.Cancellation);
        await Eventually.TrueAsync(
            async () => spans.All((await dashboard.PageAsync(trace, _application.Cancellation)).Contains),
            _application.Cancellation, what: $"the trace has {string.Join(", ", spans)}");
        await Eventually.TrueAsync(
            async () => (await dashboard.PageAsync("/logs?service=boxed&q=Calling", _application.Cancellation)).Contains("Calling http://host.docker.internal:", StringComparison.Ordinal),
            _application.Cancellation);
    }

    /// <summary>A folder from which the service's image is built.</summary>
    private string ServiceOn(string image)
    {
        var built = BuiltProjects.OutputOf(new Projects.EchoService(), typeof(Projects.EchoAppHost).Assembly)!;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(built)!))
            File.Copy(file, _context.Combine(Path.GetFileName(file)));
        File.WriteAllText(_context.Combine("Dockerfile"), $"""
            FROM {image}
            COPY . /app
            CMD ["/app/{Path.GetFileName(built)}"]
            """);
        return _context.Path;
    }

    private async Task<Dictionary<string, string>> EnvironmentAsync(HttpClient client, string path)
        => (await client.GetFromJsonAsync<Dictionary<string, string>>(path, _application.Cancellation))!;

    private static string Call(string url) => $"/call?url={Uri.EscapeDataString(url)}";

    [GeneratedRegex("/traces/[0-9a-f]{32}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TraceLink();
}
