using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// An AppHost's entry point on a thread of its own. It is held at Build until the test builds; its Run then finds the application
/// already the test's: it waits for the end of it.
/// </summary>
internal sealed class AppHostRun(
    Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    : BuilderObserver, IAsyncDisposable
{
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = New<DistributedApplicationBuilder>();
    private readonly TaskCompletionSource<DistributedApplication> _application = New<DistributedApplication>();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _entryPointEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayBuild = new();
    private readonly CancellationTokenSource _disposing = new();

    /// <summary>The AppHost's builder, once it has described everything and called Build.</summary>
    public Task<DistributedApplicationBuilder> Builder => _builder.Task;

    public void Start()
    {
        var entryPoint = appHost.EntryPoint
            ?? throw new InvalidOperationException($"The assembly '{appHost.GetName().Name}' has no entry point: is it an AppHost?");
        var thread = new Thread(() => Run(entryPoint)) { IsBackground = true, Name = $"{appHost.GetName().Name}.EntryPoint" };
        thread.Start();
    }

    public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.TrySetResult();
        return await _application.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The AppHost's own Run starts the application: this waits until it has.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var finished = await Task.WhenAny(_started.Task, _entryPointEnded.Task).WaitAsync(cancellationToken);
        await finished;
        if (!_started.Task.IsCompleted)
            throw new InvalidOperationException("The entry point exited without starting the application: does it call Run or RunAsync?");
    }

    /// <summary>Stops the application and waits for the entry point to return.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposing.IsCancellationRequested)
            return;
        await _disposing.CancelAsync();
        _mayBuild.TrySetCanceled();
        if (_application.Task.IsCompletedSuccessfully)
            _application.Task.Result.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        if (_builder.Task.IsCompleted)
            await _entryPointEnded.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_application.Task.IsCompletedSuccessfully)
            await _application.Task.Result.DisposeAsync();
    }

    public override void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
        => TestingDefaults.Apply(options, settings, appHost, args, configureBuilder);

    public override void OnBuilding(DistributedApplicationBuilder builder)
    {
        builder.Services.AddHttpClient();
        _builder.TrySetResult(builder);
        _mayBuild.Task.Wait(_disposing.Token);
    }

    public override void OnBuilt(DistributedApplication application)
    {
        application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => _started.TrySetResult());
        _application.TrySetResult(application);
    }

    private void Run(MethodInfo entryPoint)
    {
        Current = this;
        try
        {
            entryPoint.Invoke(null, entryPoint.GetParameters().Length == 0 ? [] : [args]);
            _entryPointEnded.TrySetResult();
            End(new InvalidOperationException("The entry point exited without building a DistributedApplication."));
        }
        catch (TargetInvocationException failed) when (failed.InnerException is not null)
        {
            End(failed.InnerException);
            _entryPointEnded.TrySetException(failed.InnerException);
        }
    }

    /// <summary>Whoever still waits for the builder or the application learns that there will be none.</summary>
    private void End(Exception reason)
    {
        _builder.TrySetException(reason);
        _application.TrySetException(reason);
    }

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
