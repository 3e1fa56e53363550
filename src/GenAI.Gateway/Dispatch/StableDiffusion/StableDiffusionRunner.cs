using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Dispatch.StableDiffusion;

/// <summary>
/// Runs jobs by <c>POST /generate</c>. These servers know no ids: a job is its request, and the server drops it when the connection ends. So a
/// job whose gateway died is begun again, since what it did so far ended with the connection.
/// </summary>
internal sealed class StableDiffusionRunner(InstanceClient client, ContentStore contents, TimeProvider clock) : IInstanceRunner
{
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);

    public ModelDialect Dialect => ModelDialect.StableDiffusion;

    public bool OutlivesGateway => false;

    public async Task<RunEnding> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        if (run.IsAdopted) throw new InstanceFailedException("The gateway that had asked for it is gone, and its request with it.") { IsGone = true };

        using var request = new HttpRequestMessage(HttpMethod.Post, run.Instance.Endpoint.At("/generate"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json", 0.9));
        request.Content = new ReadOnlyMemoryContent(run.Payload) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

        using var response = await client.OpenAsync(request, cancellationToken);
        try
        {
            return response.IsSuccessStatusCode
                ? await ReadAsync(run, response, cancellationToken)
                : Refused(await response.Content.ReadAsStringAsync(cancellationToken), (int)response.StatusCode);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw new InstanceFailedException($"It broke off: {exception.Message}", exception) { HadJob = true, IsGone = true };
        }
    }

    /// <summary>There is nothing to take: the end of the connection has ended it.</summary>
    public Task TakeBackAsync(Instance instance, string jobId, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<RunEnding> ReadAsync(JobRun run, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            var answer = await ParseAsync(body, cancellationToken);
            run.LeaveInstance();
            await run.BeganAsync();
            return await CompletedAsync(run, answer, cancellationToken);
        }

        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            run.SignOfLife();
            switch (item.EventType)
            {
                case "progress":
                    await run.BeganAsync();
                    Progress(run, Parse(item.Data));
                    break;
                case "result":
                    run.LeaveInstance();
                    await run.BeganAsync();
                    return await CompletedAsync(run, Parse(item.Data), cancellationToken);
                case "error":
                    return Failed(item.Data);
            }
        }

        throw new InstanceFailedException("It ended the events without a result.") { HadJob = true, IsGone = true };
    }

    private static void Progress(JobRun run, JsonObject progress)
    {
        var (step, total) = (Number(progress["step"]), Number(progress["total_steps"]));
        if (total > 0) run.Progress(step / total, (int)step, (int)total, node: null);
    }

    private async Task<RunEnding> CompletedAsync(JobRun run, JsonObject answer, CancellationToken cancellationToken)
    {
        var images = answer["images"] as JsonArray ?? throw new InstanceFailedException("Its answer has no images.") { HadJob = true, IsGone = true };
        for (var i = 0; i < images.Count; i++)
        {
            var (image, extension, contentType) = Decode(images[i]);
            var (hash, bytes) = await StoreAsync(run, image, cancellationToken);
            var name = await run.ReserveNameAsync("output", "", $"{run.Job.Id}_{i + 1:D5}_.{extension}");
            await run.MadeAsync(new JobOutput("", "images", name, "", "output", hash, contentType, bytes));
        }

        answer.Remove("images");
        if (answer["timings"] is JsonObject timings)
            run.Measured = (TimeSpan.FromMilliseconds(Number(timings["load_ms"])), TimeSpan.FromMilliseconds(Number(timings["infer_ms"])));
        return new RunEnding(JobState.Completed, JsonSerializer.SerializeToUtf8Bytes(answer));
    }

    /// <summary>While the store's disk is full the job waits for room: what it has made is not thrown away.</summary>
    private async Task<(string Hash, long Bytes)> StoreAsync(JobRun run, byte[] image, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await contents.PutAsync(new MemoryStream(image), cancellationToken);
            }
            catch (IOException)
            {
                run.SignOfLife();
                await Task.Delay(StorePause, clock, cancellationToken);
            }
        }
    }

    /// <summary>An error of the server's own is another's chance; one about the request is everybody's.</summary>
    private static RunEnding Failed(string json)
    {
        var problem = Parse(json);
        var status = (int)Number(problem["status"]);
        return status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests or StatusCodes.Status499ClientClosedRequest
            ? throw new InstanceFailedException($"It gave the job up: {problem["detail"]}") { IsGone = true }
            : Refused(json, status);
    }

    private static RunEnding Refused(string body, int status)
    {
        JsonObject problem;
        try
        {
            problem = Parse(body);
        }
        catch (InstanceFailedException)
        {
            problem = new JsonObject { ["status"] = status, ["detail"] = body.Length > 500 ? body[..500] : body };
        }

        var reason = problem["detail"]?.ToString() ?? problem["title"]?.ToString() ?? $"status {status}";
        return new RunEnding(JobState.Failed, JsonSerializer.SerializeToUtf8Bytes(problem), $"The instance answered with status {status}: {reason}");
    }

    private static (byte[] Image, string Extension, string ContentType) Decode(JsonNode? text)
    {
        try
        {
            var image = Convert.FromBase64String(text?.ToString() ?? "");
            return image switch
            {
                [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => (image, "png", "image/png"),
                [0xFF, 0xD8, 0xFF, ..] => (image, "jpg", "image/jpeg"),
                [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => (image, "webp", "image/webp"),
                _ => throw new InstanceFailedException("It answered with something that is no PNG, JPEG or WebP.") { HadJob = true, IsGone = true },
            };
        }
        catch (FormatException exception)
        {
            throw new InstanceFailedException("It answered with an image that is not in base64.", exception) { HadJob = true, IsGone = true };
        }
    }

    private static async Task<JsonObject> ParseAsync(Stream body, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        return Parse(await reader.ReadToEndAsync(cancellationToken));
    }

    private static JsonObject Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new JsonException("It is no object.");
        }
        catch (JsonException exception)
        {
            throw new InstanceFailedException($"Its answer is no JSON object: {exception.Message}", exception) { HadJob = true, IsGone = true };
        }
    }

    private static double Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : 0;
}
