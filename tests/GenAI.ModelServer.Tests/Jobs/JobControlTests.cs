using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.Tests.Jobs;

public sealed class JobControlTests
{
    [ThreadStatic]
    private static bool _isStopping;

    [Fact]
    public async Task Whoever_stops_a_job_does_not_carry_on_with_it()
    {
        using var control = new JobControl(TimeProvider.System);
        var carriedOnByStopper = CarryOnAsync(control.Token);

        _isStopping = true;
        control.Stop(JobStop.Interrupted);
        _isStopping = false;

        Assert.True(control.Token.IsCancellationRequested);
        Assert.False(await carriedOnByStopper);
    }

    private static async Task<bool> CarryOnAsync(CancellationToken stop)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _isStopping;
    }
}
