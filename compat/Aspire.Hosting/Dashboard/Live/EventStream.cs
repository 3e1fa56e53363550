using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Aspire.Hosting.Dashboard.Live;

/// <summary>Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), so many at once as a person has pages open.</summary>
internal sealed class EventStream(IEnumerable<CancellationToken> endings) : IDisposable
{
    private const int MaxStreams = 200;

    private readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource([.. endings]);
    private int _open;

    /// <summary>Runs until the page is closed or the dashboard stops.</summary>
    public async Task RunAsync(HttpContext context, Func<Func<string, Task>, CancellationToken, Task> run)
    {
        if (Interlocked.Increment(ref _open) > MaxStreams)
        {
            Interlocked.Decrement(ref _open);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync($"More than {MaxStreams} pages are open.", context.RequestAborted);
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ended.Token);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            // The page then knows that it is connected.
            await SendAsync(": open\n\n");
            await run(data => SendAsync($"data: {data}\n\n"), over.Token);
            await SendAsync("event: end\ndata:\n\n");
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The page is closed, or the dashboard stops.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }

        async Task SendAsync(string text)
        {
            await context.Response.WriteAsync(text, over.Token);
            await context.Response.Body.FlushAsync(over.Token);
        }
    }

    public void Dispose() => _ended.Dispose();
}
