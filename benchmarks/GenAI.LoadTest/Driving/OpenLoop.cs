namespace GenAI.LoadTest.Driving;

/// <summary>
/// Sends requests at the times that were drawn for them, whether earlier ones have been answered or not, and counts from those times: a
/// driver that waits for answers would leave out the requests that meet a queue (coordinated omission).
/// </summary>
internal static class OpenLoop
{
    /// <param name="arrivals">When each request comes, from the beginning.</param>
    /// <param name="send">Sends the request of that index, and returns when it is answered in full.</param>
    /// <param name="answered">Called after each answer, from any thread.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>From each arrival to the whole answer, in milliseconds.</returns>
    /// <exception cref="LoadTestException">A request was not answered as it should be: there is nothing to compare then.</exception>
    public static async Task<double[]> RunAsync(
        IReadOnlyList<TimeSpan> arrivals, Func<int, CancellationToken, Task> send, Action answered, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var responses = new double[arrivals.Count];
        var running = new List<Task>(arrivals.Count);
        var began = TimeProvider.System.GetTimestamp();
        Exception? failure = null;
        try
        {
            for (var i = 0; i < arrivals.Count; i++)
            {
                var wait = arrivals[i] - TimeProvider.System.GetElapsedTime(began);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System, stop.Token);
                running.Add(OneAsync(i));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // By the caller, or by a request that failed.
        }

        await Task.WhenAll(running);
        cancellationToken.ThrowIfCancellationRequested();
        return failure is null ? responses : throw new LoadTestException($"A request failed: {failure.Message}");

        async Task OneAsync(int index)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            try
            {
                await send(index, stop.Token);
                responses[index] = (TimeProvider.System.GetElapsedTime(began) - arrivals[index]).TotalMilliseconds;
                answered();
            }
            catch (Exception exception) when (exception is HttpRequestException or LoadTestException or IOException or System.Net.WebSockets.WebSocketException)
            {
                Interlocked.CompareExchange(ref failure, exception, null);
                await stop.CancelAsync();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Another has failed.
            }
        }
    }
}
