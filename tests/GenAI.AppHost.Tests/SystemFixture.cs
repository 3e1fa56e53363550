namespace GenAI.AppHost.Tests;

/// <summary>One running system for the tests that only use it. ComfyUI has two servers, the others one.</summary>
public sealed class SystemFixture : IAsyncLifetime
{
    private RunningSystem? _system;

    public RunningSystem System => _system ?? throw new InvalidOperationException("The system has not been started.");

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        _system = await RunningSystem.StartAsync(limit.Token, "--GenAI:Models:comfyui-workflows:Instances=2");
    }

    public async ValueTask DisposeAsync()
    {
        if (_system is not null) await _system.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class SystemTestGroup : ICollectionFixture<SystemFixture>
{
    public const string Name = "one running system";
}
