using System.Runtime.CompilerServices;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Dispatch;

public class DisposalTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_that_was_stopped_leaves_nothing_of_itself_in_memory()
    {
        var gateways = new List<WeakReference>();
        for (var i = 0; i < 4; i++) gateways.Add(await RunAsync());

        await Eventually.TrueAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                // Something may still remember the last one.
                return gateways.Count(gateway => gateway.IsAlive) <= 1;
            },
            Cancelled);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunAsync()
    {
        await using var gateway = TestGateway.Start();
        using var http = gateway.Connect();
        using var answer = await http.GetAsync("/alive", Cancelled);
        return new WeakReference(gateway.Services);
    }
}
