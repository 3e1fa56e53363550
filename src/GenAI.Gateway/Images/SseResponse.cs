using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Images;

/// <summary>An answer as server-sent events (WHATWG HTML, 9.2). Between events a comment says that the connection lives.</summary>
internal sealed class SseResponse
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpContext _context;
    private readonly TimeProvider _clock;

    private SseResponse(HttpContext context, TimeProvider clock) => (_context, _clock) = (context, clock);

    public CancellationToken Aborted => _context.RequestAborted;

    public static async Task<SseResponse> StartAsync(HttpContext context, TimeProvider clock)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        // nginx would collect the events and send them together.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        return new SseResponse(context, clock);
    }

    /// <summary>Hands on what the feed tells, to its end.</summary>
    public async Task FollowAsync(BatchFeed feed, Func<JobEvent, Task> tell)
    {
        while (true)
        {
            var more = feed.Reader.WaitToReadAsync(Aborted).AsTask();
            while (!more.IsCompleted)
            {
                using var enough = CancellationTokenSource.CreateLinkedTokenSource(Aborted);
                var pause = Task.Delay(Heartbeat, _clock, enough.Token);
                if (await Task.WhenAny(more, pause) == pause) await WriteAsync(": waiting\n\n"u8.ToArray());
                await enough.CancelAsync();
            }

            if (!await more) return;
            while (feed.Reader.TryRead(out var happened)) await tell(happened);
        }
    }

    public Task SendAsync<T>(string type, T data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(Encoding.UTF8.GetBytes($"event: {type}\ndata: "));
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Json.Encoder })) JsonSerializer.Serialize(writer, data, Json);
        buffer.Write("\n\n"u8);
        return WriteAsync(buffer.WrittenMemory);
    }

    /// <summary>The status has gone out long ago: the error is an event, in the shape of the API that the client speaks.</summary>
    public Task ErrorAsync(ApiError error)
    {
        var shape = _context.RequestServices.GetRequiredService<ErrorShapes>().For(_context.Request.Path);
        return SendAsync("error", shape.Body(error, Activity.Current?.TraceId.ToHexString() ?? _context.TraceIdentifier));
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _context.Response.Body.WriteAsync(bytes, Aborted);
        await _context.Response.Body.FlushAsync(Aborted);
    }
}
