using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GenAI.LoadTest.Servers;

/// <summary><c>POST /generate</c> as Stable Diffusion servers have it; <c>checkpoint</c>, which those do not know, names what is loaded.</summary>
internal static class StableDiffusionDialect
{
    public static async Task GenerateAsync(SleepingServer server, HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var order = WorkOrder.Parse(body["prompt"]!.ToString());
        var events = context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal);
        if (events) context.Response.ContentType = "text/event-stream";
        try
        {
            var times = await server.RunAsync(
                order, (string?)body["checkpoint"], () => ProgressAsync(0, 1), (step, steps) => step < steps ? ProgressAsync(step, steps) : Task.CompletedTask,
                context.RequestAborted);
            var answer = new JsonObject
            {
                ["images"] = new JsonArray(SmallPicture.Base64),
                ["seed"] = 1,
                ["timings"] = new JsonObject
                {
                    ["queue_ms"] = times.Queued.TotalMilliseconds, ["load_ms"] = times.Load.TotalMilliseconds, ["infer_ms"] = times.Work.TotalMilliseconds,
                },
            };
            if (events) await SendAsync("result", answer);
            else await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }

        Task ProgressAsync(int step, int steps) =>
            events ? SendAsync("progress", new JsonObject { ["step"] = step, ["total_steps"] = steps }) : Task.CompletedTask;

        async Task SendAsync(string type, JsonObject data)
        {
            await context.Response.WriteAsync($"event: {type}\ndata: {data.ToJsonString(JsonSerializerOptions.Default)}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
