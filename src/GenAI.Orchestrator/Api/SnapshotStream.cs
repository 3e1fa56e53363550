using System.Globalization;
using System.Text.Json;
using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Instances;

namespace GenAI.Orchestrator.Api;

/// <summary>
/// Snapshots as server-sent events, until the client leaves or the service stops:
/// <code>
/// event: snapshot
/// id: 1795254216123
/// data: {"version":1795254216123,"instances":[…]}
/// </code>
/// The next snapshot is looked up only when the last one has been written, so that a client that reads slowly gets the newest and
/// never a backlog. One that does not read at all is dropped by the server's minimum data rate.
/// </summary>
internal sealed class SnapshotStream(SnapshotFeed feed, long? lastSeen, TimeSpan heartbeat, TimeProvider time, CancellationToken stopping)
{
    public async Task WriteAsync(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache,no-store";
        // For nginx and those who follow it: pass each event on at once.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await SendAsync(context.Response, ": watching\n\n", either.Token);
            await WriteEventsAsync(context.Response, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The client left, or the service stops: either way this is how a watch ends.
        }
    }

    private async Task WriteEventsAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        var seen = lastSeen;
        var next = feed.OtherThanAsync(seen, cancellationToken);
        while (true)
        {
            if (await EndsWithinAsync(next, cancellationToken))
            {
                var snapshot = await next;
                await SendAsync(response, Format(snapshot), cancellationToken);
                seen = snapshot.Version;
                next = feed.OtherThanAsync(seen, cancellationToken);
            }
            else
            {
                await SendAsync(response, ": heartbeat\n\n", cancellationToken);
            }
        }
    }

    /// <returns>False when a heartbeat is due first.</returns>
    private async Task<bool> EndsWithinAsync(Task next, CancellationToken cancellationToken)
    {
        if (next.IsCompleted) return true;
        using var delay = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(next, Task.Delay(heartbeat, time, delay.Token));
        await delay.CancelAsync();
        return first == next;
    }

    private static string Format(InstanceSnapshot snapshot) =>
        string.Create(CultureInfo.InvariantCulture, $"event: snapshot\nid: {snapshot.Version}\ndata: {JsonSerializer.Serialize(snapshot, JsonSerializerOptions.Web)}\n\n");

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
