using System.Collections.Concurrent;
using GenAI.Simulator.Dispatching;

namespace GenAI.LoadTest.Driving;

/// <summary>Clients that each send the next request when the last one is answered: how much can be taken.</summary>
internal static class ClosedLoop
{
    /// <param name="clients">At the same time.</param>
    /// <param name="duration">After which no more is sent.</param>
    /// <param name="send">Sends one, and returns when it is answered.</param>
    /// <param name="most">After which no more is sent either.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<LoopRate> RunAsync(
        int clients, TimeSpan duration, Func<CancellationToken, Task> send, int most, CancellationToken cancellationToken)
    {
        var times = new ConcurrentBag<double>();
        var began = TimeProvider.System.GetTimestamp();
        var sent = 0;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(OneAsync, cancellationToken)));
        var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var sorted = times.Order().ToArray();
        return new LoopRate(sorted.Length / took, DispatchFigures.Quantile(sorted, 0.5), DispatchFigures.Quantile(sorted, 0.99));

        async Task OneAsync()
        {
            while (TimeProvider.System.GetElapsedTime(began) < duration && Interlocked.Increment(ref sent) <= most)
            {
                var at = TimeProvider.System.GetTimestamp();
                await send(cancellationToken);
                times.Add(TimeProvider.System.GetElapsedTime(at).TotalMilliseconds);
            }
        }
    }
}

/// <param name="P50">Milliseconds to the answer.</param>
/// <param name="P99">Milliseconds to the answer.</param>
internal sealed record LoopRate(double PerSecond, double P50, double P99);
