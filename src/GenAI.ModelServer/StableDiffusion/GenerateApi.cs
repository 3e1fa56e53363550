using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using GenAI.ModelServer.Jobs;
using GenAI.ServiceDefaults.Json;
using Microsoft.AspNetCore.Mvc;

namespace GenAI.ModelServer.StableDiffusion;

/// <summary>
/// <c>POST /generate</c>: answers JSON; the image itself with <c>Accept: image/png</c>; events with <c>Accept: text/event-stream</c>.
/// A client that goes away takes its job with it.
/// </summary>
internal static class GenerateApi
{
    /// <summary>Random seeds stay below 2⁵³, so that a client whose numbers are doubles can ask for the same again.</summary>
    private const long SeedRange = 1L << 53;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // Base64 holds many '+', which need no escape outside HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void MapGenerateApi(this IEndpointRouteBuilder routes) => routes.MapPost("/generate", GenerateAsync);

    private static async Task<IResult> GenerateAsync(HttpContext context, JobQueue<GenerateJob> queue, LimitOptions limits, TimeProvider clock)
    {
        var (request, problem) = await ReadAsync(context, limits);
        if (request is null) return problem!;
        var answer = Negotiation.Choose(context.Request);
        if (answer == AnswerKind.Image && request.NumImagesPerPrompt > 1)
        {
            return Problem(
                StatusCodes.Status406NotAcceptable,
                $"image/png holds one image; num_images_per_prompt is {request.NumImagesPerPrompt}. Accept application/json instead.");
        }

        var job = new GenerateJob(request, request.Seed ?? RandomSeed(), clock.GetUtcNow());
        if (!queue.TryAdd(job))
        {
            context.Response.Headers.RetryAfter = "1";
            return Problem(StatusCodes.Status429TooManyRequests, $"The queue is full: {queue.PendingCount} requests wait already.");
        }

        context.RequestAborted.Register(() => queue.Cancel(job.Id));
        return answer == AnswerKind.Events
            ? TypedResults.ServerSentEvents(EventsAsync(job, context.RequestAborted))
            : Answer(context, job, await job.Outcome.WaitAsync(context.RequestAborted), answer);
    }

    private static async Task<(GenerateRequest? Request, IResult? Problem)> ReadAsync(HttpContext context, LimitOptions limits)
    {
        try
        {
            var body = await JsonText.ReadAsync(context.Request.Body, context.RequestAborted);
            if (body.ValueKind != JsonValueKind.Object)
                return (null, Problem(StatusCodes.Status400BadRequest, $"The body must be a JSON object, got {body.ValueKind}."));

            var (request, problems) = GenerateReader.Read(body, limits);
            return request is null ? (null, Results.ValidationProblem(problems)) : (request, null);
        }
        catch (JsonException exception)
        {
            return (null, Problem(StatusCodes.Status400BadRequest, $"The body is not valid JSON: {exception.Message}"));
        }
        catch (BadHttpRequestException exception)
        {
            return (null, Problem(exception.StatusCode, exception.Message));
        }
    }

    private static IResult Answer(HttpContext context, GenerateJob job, GenerateOutcome outcome, AnswerKind kind)
    {
        if (outcome.Failure is { } reason) return Problem(outcome.Status, reason);
        if (kind == AnswerKind.Json) return Results.Json(Respond(job, outcome), Json);

        context.Response.Headers["X-GenAI-Seed"] = $"{job.Seed}";
        return Results.Bytes(outcome.Images[0], "image/png");
    }

    /// <summary><c>progress</c> events, then one <c>result</c> or <c>error</c>.</summary>
    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(GenerateJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var progress in job.Progress.ReadAllAsync(cancellationToken))
            yield return new SseItem<string>(JsonSerializer.Serialize(progress, Json), "progress");

        var outcome = await job.Outcome.WaitAsync(cancellationToken);
        yield return outcome.Failure is { } reason
            ? new SseItem<string>(JsonSerializer.Serialize(new ProblemDetails { Status = outcome.Status, Detail = reason }), "error")
            : new SseItem<string>(JsonSerializer.Serialize(Respond(job, outcome), Json), "result");
    }

    private static GenerateResponse Respond(GenerateJob job, GenerateOutcome outcome) =>
        new([.. outcome.Images.Select(image => Convert.ToBase64String(image))], job.Seed, outcome.Timings);

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

    private static ulong RandomSeed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) % SeedRange;
}
