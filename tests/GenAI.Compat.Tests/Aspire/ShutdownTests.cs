using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.Running;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire;

/// <summary>However an AppHost ends, nothing that it started outlives it by more than five seconds.</summary>
public sealed class ShutdownTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_AppHost_leaves_no_child_and_no_grandchild()
    {
        await using var appHost = EchoAppHostProcess.Start();
        var processes = await ProcessesOfAsync(appHost);

        appHost.Signal(ProcessGroups.Kill);

        await Eventually.TrueAsync(() => !processes.Any(Processes.IsAlive), Cancellation, within: Limit);
    }

    [Theory]
    [InlineData(ProcessGroups.Interrupt)]
    [InlineData(ProcessGroups.Terminate)]
    public async Task Ctrl_C_and_SIGTERM_end_everything_and_the_exit_code_is_0(int signal)
    {
        await using var appHost = EchoAppHostProcess.Start();
        var processes = await ProcessesOfAsync(appHost);
        var watch = Stopwatch.StartNew();

        appHost.Signal(signal);
        await appHost.ExitedAsync();

        Assert.Equal(0, appHost.ExitCode);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Limit);
        Assert.DoesNotContain(processes, Processes.IsAlive);
        Assert.Contains(appHost.Lines, line => line.Contains("Stopping", StringComparison.Ordinal));
        // Asked to end, not killed: each says so.
        Assert.Contains(appHost.Lines, line => line.StartsWith("back ", StringComparison.Ordinal) && line.Contains("shutting down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_child_that_ignores_SIGTERM_is_killed_after_the_grace_period()
    {
        await using var application = new TestApplication();
        application.AddScript("stubborn", "trap '' TERM; echo ready; sleep 300");
        await application.StartAsync();
        await application.StateAsync("stubborn", "Running");
        await Eventually.TrueAsync(async () => (await application.LinesAsync("stubborn")).Contains("ready"), Cancellation);
        var process = TestApplication.ProcessIdOf(application.Current("stubborn").Snapshot);
        var watch = Stopwatch.StartNew();

        await application.DisposeAsync();

        Assert.False(Processes.IsAlive(process));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(2.5), Limit);
    }

    [Fact]
    public async Task What_a_child_leaves_behind_in_its_group_is_ended_with_it()
    {
        await using var application = new TestApplication();
        application.AddScript("parent", "sleep 300 & echo $!; exit 0");
        await application.StartAsync();
        await application.StateAsync("parent", "Finished");

        var orphan = int.Parse(Assert.Single(await application.LinesAsync("parent")), System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(() => !Processes.IsAlive(orphan), Cancellation, within: Limit);
    }

    /// <summary>Both services and a grandchild, once all run.</summary>
    private static async Task<int[]> ProcessesOfAsync(EchoAppHostProcess appHost)
    {
        using var back = new HttpClient { BaseAddress = await appHost.AddressAsync("back") };
        using var front = new HttpClient { BaseAddress = await appHost.AddressAsync("front") };
        using var spawned = await back.PostAsync("/spawn", content: null, Cancellation);
        int[] processes =
        [
            await IdAsync(back),
            await IdAsync(front),
            await spawned.Content.ReadFromJsonAsync<int>(Cancellation),
        ];
        Assert.All(processes, process => Assert.True(Processes.IsAlive(process)));
        return processes;
    }

    private static async Task<int> IdAsync(HttpClient service)
        => (await service.GetFromJsonAsync<JsonObject>("/process", Cancellation))!["id"]!.GetValue<int>();
}
