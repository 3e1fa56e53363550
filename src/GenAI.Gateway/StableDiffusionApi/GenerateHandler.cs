using System.Text.Json;
using GenAI.Gateway.Access;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.StableDiffusionApi;

/// <summary><c>POST /generate</c> from a valid request to its images. Each image is a job of its own, so that several instances make them.</summary>
internal sealed class GenerateHandler(ImageDesk desk, JobDesk jobs, JobEvents events, TimeProvider clock)
{
    public Task<(ImageBatch? Batch, ApiError? Error)> SubmitAsync(
        GenerateRequest request, ImageModel model, Caller caller, OrderTerms terms, CancellationToken cancellationToken) =>
        desk.SubmitAsync(
            new ImageOrder
            {
                Caller = caller, Model = model, Source = JobSource.StableDiffusion, Works = Plan(request, model, request.Seed ?? terms.DrawSeed(caller)), Terms = terms,
            },
            cancellationToken);

    public async Task<(GenerateAnswer? Answer, ApiError? Error)> FinishAsync(ImageBatch batch, CancellationToken cancellationToken)
    {
        var (images, error) = await desk.FinishAsync(batch, cancellationToken);
        if (images is null) return (null, error);
        var files = new List<byte[]>();
        foreach (var image in images)
        {
            try
            {
                files.Add(await desk.ReadAsync(image, cancellationToken));
            }
            catch (FileNotFoundException)
            {
                return (null, ImageErrors.Forgotten(image.Job));
            }
        }

        return (new GenerateAnswer(files, images[0].Work.Seed, await TimingsAsync(images, cancellationToken)), null);
    }

    /// <summary><c>queued</c>, <c>progress</c>…, and one <c>result</c> or <c>error</c>.</summary>
    public async Task StreamAsync(HttpContext context, ImageBatch batch)
    {
        var sse = await SseResponse.StartAsync(context, clock);
        using var feed = new BatchFeed(events, batch.Ids);
        var finishing = feed.EndWithAsync(FinishAsync(batch, context.RequestAborted));
        try
        {
            await sse.SendAsync("queued", Queued(batch));
            var steps = batch.Ids.Distinct(StringComparer.Ordinal).ToDictionary(id => id, _ => 0, StringComparer.Ordinal);
            var total = batch.Order.Works.Sum(work => work.Steps);
            await sse.FollowAsync(feed, happened =>
            {
                if (happened is not JobProgressed progressed) return Task.CompletedTask;
                steps[progressed.Job.Id] = progressed.Value;
                return sse.SendAsync("progress", new StepEvent(Math.Min(steps.Values.Sum(), total), total));
            });
            var (answer, error) = await finishing;
            await (answer is not null ? sse.SendAsync("result", answer) : sse.ErrorAsync(error!));
        }
        finally
        {
            await ((Task)finishing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private QueuedEvent Queued(ImageBatch batch)
    {
        var outlooks = batch.Ids.Select(jobs.OutlookOf).OfType<JobOutlook>().ToArray();
        return new QueuedEvent([.. batch.Ids], outlooks.Select(outlook => outlook.Position).DefaultIfEmpty().Min(), outlooks.Max(outlook => outlook.EstimatedEnd));
    }

    private async Task<GenerateTimings> TimingsAsync(IReadOnlyList<MadeImage> images, CancellationToken cancellationToken)
    {
        double load = 0, infer = 0;
        foreach (var image in images)
        {
            if (await jobs.ResultOfAsync(image.Job.Id, cancellationToken) is not { } result) continue;
            using var document = JsonDocument.Parse(result);
            if (!document.RootElement.TryGetProperty("timings", out var timings) || timings.ValueKind != JsonValueKind.Object) continue;
            load += Number(timings, "load_ms");
            infer += Number(timings, "infer_ms");
        }

        var waited = images.Min(image => image.Job.StartedAt - image.Job.AcceptedAt) ?? TimeSpan.Zero;
        return new GenerateTimings(waited.TotalMilliseconds, load, infer);
    }

    private static double Number(JsonElement timings, string name) =>
        timings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;

    private static ImageWork[] Plan(GenerateRequest request, ImageModel model, long seed) =>
        SeedSequence.Spread(
            new ImageWork
            {
                Prompt = request.Prompt,
                NegativePrompt = request.NegativePrompt,
                Size = request.Size,
                Steps = request.Steps,
                Guidance = request.Guidance,
                Seed = seed,
                Checkpoint = model.Checkpoint,
                Sampler = model.Options.Sampler,
                Scheduler = model.Options.Scheduler,
                Format = request.Format,
            },
            request.Count);
}
