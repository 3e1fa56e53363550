using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace GenAI.Compat.Tests.Aspire;

/// <summary>An application of a test's own: what it adds to <see cref="Builder"/> runs from Start to Dispose as real processes.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    // Long enough for a machine that is busy with other builds; a wait that it ends says what the state was instead.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private DistributedApplication? _app;

    public TestApplication(params string[] args)
        : this(withDashboard: false, args)
    {
    }

    public TestApplication(bool withDashboard, params string[] args)
    {
        _deadline.CancelAfter(Deadline);
        Builder = DistributedApplicationTestingBuilder.Create(args, (options, _) =>
        {
            options.AssemblyName = typeof(Projects.EchoAppHost).Assembly.GetName().Name;
            options.DisableDashboard = !withDashboard;
        });
    }

    public CancellationToken Cancellation => _deadline.Token;

    public IDistributedApplicationTestingBuilder Builder { get; }

    public DistributedApplication App => _app ?? throw new InvalidOperationException("Not started yet.");

    public ResourceNotificationService Notifications => App.ResourceNotifications;

    public async Task StartAsync()
    {
        _app = await Builder.BuildAsync(Cancellation);
        await _app.StartAsync(Cancellation);
    }

    /// <summary>A shell script as a resource.</summary>
    public IResourceBuilder<ExecutableResource> AddScript(string name, string script) => Builder.AddExecutable(name, "sh", ".", "-c", script);

    /// <summary>An EchoService that is healthy when its `/health` says so.</summary>
    public IResourceBuilder<ProjectResource> AddEcho(string name)
        => Builder.AddProject<Projects.EchoService>(name).WithHttpEndpoint().WithHttpHealthCheck("/health");

    public Task<ResourceEvent> HealthyAsync(string name) => Notifications.WaitForResourceHealthyAsync(name, Cancellation);

    public Task<ResourceEvent> StateAsync(string name, string state)
        => Notifications.WaitForResourceAsync(name, e => e.Snapshot.State?.Text == state, Cancellation);

    public ResourceEvent Current(string name)
        => Notifications.TryGetCurrentState(name, out var current) ? current : throw new InvalidOperationException($"'{name}' has no state.");

    /// <summary>What the resource has written so far, a line each.</summary>
    public async Task<List<string>> LinesAsync(string name)
    {
        var loggers = (ResourceLoggerService)App.Services.GetService(typeof(ResourceLoggerService))!;
        var lines = new List<string>();
        await foreach (var batch in loggers.GetAllAsync(name))
            lines.AddRange(batch.Select(line => line.Content));
        return lines;
    }

    public static int ProcessIdOf(CustomResourceSnapshot snapshot)
        => Convert.ToInt32(snapshot.Properties.Single(property => property.Name == "executable.pid").Value, CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Builder.DisposeAsync();
        _deadline.Dispose();
    }
}
