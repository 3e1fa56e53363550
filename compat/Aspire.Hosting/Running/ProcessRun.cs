using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>A run as a process.</summary>
internal sealed class ProcessRun : ResourceRun
{
    private readonly ChildProcess _process;

    private ProcessRun(ResourceInstance instance, LaunchPlan plan, RunningServices services)
        : base(instance, services)
    {
        _process = services.Processes.Start(plan, OnLine);
        Ended = FollowAsync();
    }

    public override Task Ended { get; }

    public static async Task<ProcessRun> StartAsync(ResourceInstance instance, LaunchPlan plan, RunningServices services)
    {
        var own = plan with
        {
            Arguments = [.. plan.Arguments.Select(argument => InstanceTemplate.Fill(argument, instance.Values))],
            Environment = plan.Environment.ToDictionary(v => v.Key, v => InstanceTemplate.Fill(v.Value, instance.Values)),
        };
        await services.Notifications.PublishUpdateAsync(instance.Resource, instance.Id, snapshot => snapshot with
        {
            EnvironmentVariables = [.. own.Environment.Select(v => new EnvironmentVariableSnapshot(v.Key, v.Value, IsFromSpec: true))],
        });
        return new ProcessRun(instance, own, services);
    }

    public override void Kill()
    {
        IsStopping = true;
        _process.Kill();
    }

    public override async ValueTask DisposeAsync()
    {
        IsStopping = true;
        await _process.DisposeAsync();
        await Ended;
    }

    protected override Task EndAsync(TimeSpan grace) => _process.StopAsync(grace);

    private async Task FollowAsync()
    {
        await PublishRunningAsync(new ResourcePropertySnapshot("executable.pid", _process.Id));
        await PublishEndedAsync(KnownResourceStates.Finished, await _process.Exited);
    }
}
