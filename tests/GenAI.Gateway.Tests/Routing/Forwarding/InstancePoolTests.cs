using GenAI.Gateway.Routing.Forwarding;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing.Forwarding;

public sealed class InstancePoolTests
{
    private static readonly TimeSpan MostKept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(11);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_that_nobody_uses_is_kept_for_a_minute()
    {
        var clock = new ManualTimeProvider();
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var pools = new InstancePools(clock);
        var pool = pools.To(instance.Address);
        await AskAsync(pool);

        clock.Advance(MostKept - TimeSpan.FromSeconds(1));
        pools.Sweep(MostKept);
        Assert.Equal(1, instance.Open);

        clock.Advance(TimeSpan.FromSeconds(1));
        pools.Sweep(MostKept);
        await Eventually.TrueAsync(() => instance.Open == 0, Token);
        Assert.Null(pool.TryTake(Patience));
    }

    [Fact]
    public async Task A_connection_in_use_is_given_the_patience_of_its_request()
    {
        var clock = new ManualTimeProvider();
        await using var instance = ScriptedInstance.Answering("");
        using var pools = new InstancePools(clock);
        var connection = await pools.To(instance.Address).ConnectAsync(Patience, MostKept, Token);

        clock.Advance(Patience - TimeSpan.FromSeconds(1));
        pools.Sweep(MostKept);
        Assert.False(connection.IsEnded);

        clock.Advance(TimeSpan.FromSeconds(1));
        pools.Sweep(MostKept);
        Assert.True(connection.HasTimedOut);
        await Eventually.TrueAsync(() => instance.Open == 0, Token);
    }

    [Fact]
    public async Task An_instance_that_is_gone_is_forgotten()
    {
        var clock = new ManualTimeProvider();
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var pools = new InstancePools(clock);
        var pool = pools.To(instance.Address);
        await AskAsync(pool);
        Assert.Same(pool, pools.To(instance.Address));

        clock.Advance(TimeSpan.FromMinutes(11));
        pools.Sweep(MostKept);
        pools.Sweep(MostKept);

        Assert.NotSame(pool, pools.To(instance.Address));
    }

    [Fact]
    public async Task The_connection_that_this_thread_reads_is_used_next_or_the_last_one()
    {
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var pools = new InstancePools(TimeProvider.System);
        var pool = pools.To(instance.Address);
        var both = new[] { await ConnectAsync(pool), await ConnectAsync(pool) };
        foreach (var connection in both) await AskAsync(connection);
        foreach (var connection in both) pool.Return(connection);

        var here = Environment.CurrentManagedThreadId;
        Assert.Same(both.LastOrDefault(connection => connection.ReaderThread == here) ?? both[^1], pool.TryTake(Patience));
    }

    private static ValueTask<InstanceConnection> ConnectAsync(InstancePool pool) => pool.ConnectAsync(Patience, MostKept, Token);

    private static async Task AskAsync(InstancePool pool)
    {
        var connection = await ConnectAsync(pool);
        await AskAsync(connection);
        pool.Return(connection);
    }

    private static async Task AskAsync(InstanceConnection connection)
    {
        connection.Request.Clear();
        connection.Request.Add("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        Assert.True(await connection.TryAskAsync());
    }
}
