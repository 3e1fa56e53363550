using System.Security.Cryptography;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing;
using GenAI.Gateway.Routing.Tracks;
using GenAI.Gateway.Webhooks;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Images;

/// <summary>Where the APIs that make images by model's name hand in a request, wait for its images, and take it back.</summary>
internal sealed class ImageDesk(
    JobDesk desk, ContentStore contents, WebhookDesk webhooks, Fleet fleet, IOptions<ImagesOptions> options, IOptions<GatewayOptions> gateway,
    GatewayDrain drain, TimeProvider clock)
{
    /// <summary>
    /// Returns when all of the order's jobs are journalled; or with an error that the API can write as it is. With an idempotency key that the
    /// caller has used before the jobs are the earlier ones, and 422 where the request is another one.
    /// </summary>
    public async Task<(ImageBatch? Batch, ApiError? Error)> SubmitAsync(ImageOrder order, CancellationToken cancellationToken)
    {
        if (order.Works.Select(work => order.Model.CheckCan(work.Kind)).FirstOrDefault(error => error is not null) is { } cannot) return (null, cannot);
        var wish = order.Terms.Wish ?? TrackWish.Of(order.Caller);
        if (!order.Terms.OutliveClient && !InstanceWatch.HasInstance(fleet, order.Model.Name, model => model.Tracks.Choose(wish))) return (null, ImageErrors.NoInstance(order.Model.Name, gateway.Value.RetryAfter));
        var submissions = Submissions(order);
        var (jobs, error) = await webhooks.SubmitAsync(submissions, cancellationToken);
        if (jobs is null) return (null, error);
        var print = submissions[0].Fingerprint;
        if (jobs.All(job => job.Fingerprint == print && job.Model == order.Model.Name)) return (new ImageBatch(order, jobs), null);

        // What is new in it was begun by mistake.
        foreach (var job in jobs.Where((job, index) => job.Id == submissions[index].Id)) await desk.CancelAsync(job.Id, CancellationToken.None);
        return (null, OrderTerms.KeyReused);
    }

    /// <summary>
    /// Waits for the images: all, or the error of the first that was not made, whereupon the others are cancelled too. They are also cancelled
    /// when the time is over or the client goes away, unless they are to outlive it.
    /// </summary>
    /// <param name="batch">What <see cref="SubmitAsync"/> gave.</param>
    /// <param name="cancellationToken">The client has gone away.</param>
    /// <param name="keepDone">Where it says so when an image is found cancelled, the others are answered all the same.</param>
    /// <exception cref="OperationCanceledException">The client has gone away.</exception>
    public async Task<(IReadOnlyList<MadeImage>? Images, ApiError? Error)> FinishAsync(
        ImageBatch batch, CancellationToken cancellationToken, Func<bool>? keepDone = null)
    {
        using var limit = new CancellationTokenSource(options.Value.Timeout, clock);
        var outlive = batch.Order.Terms.OutliveClient;
        using var watch = new InstanceWatch(fleet, desk, batch, options.Value.NoInstanceLimit, clock, drain);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token, watch.Enough);
        try
        {
            var ends = batch.Ids.Select(id => desk.WaitForEndAsync(id, either.Token)).ToArray();
            await foreach (var end in Task.WhenEach(ends))
            {
                var job = await end;
                // All are made of the same picture, if of any.
                if (ImageErrors.Of(job, batch.Order.Works[0]) is not { } error || (job.State == JobState.Cancelled && keepDone?.Invoke() == true)) continue;
                await CancelAsync(batch);
                return (null, error);
            }

            var done = ends.Select(end => end.Result).Zip(batch.Order.Works).Where(pair => pair.First.State == JobState.Completed);
            return ([.. done.Select(pair => Image(pair.First, pair.Second))], null);
        }
        catch (OperationCanceledException)
        {
            if (!outlive) await CancelAsync(batch);
            if (cancellationToken.IsCancellationRequested) throw;
            if (!watch.Enough.IsCancellationRequested) return (null, ImageErrors.TimedOut(options.Value.Timeout, outlive));
            return (null, watch.IsStopping ? ImageErrors.Stopping(gateway.Value.RetryAfter, outlive) : ImageErrors.NoInstance(batch.Order.Model.Name, gateway.Value.RetryAfter));
        }
    }

    /// <summary>Takes back what has not ended.</summary>
    public Task CancelAsync(ImageBatch batch) => Task.WhenAll(batch.Ids.Select(id => desk.CancelAsync(id, CancellationToken.None)));

    /// <summary>The image of a completed job.</summary>
    public static MadeImage Image(Job job, ImageWork work)
    {
        var output = ImageErrors.ImageOf(job) ?? throw new ArgumentException($"Job {job.Id} has made no image.", nameof(job));
        return new MadeImage(job, work, output.Hash, output.ContentType);
    }

    /// <exception cref="FileNotFoundException">It is not kept any longer.</exception>
    public async Task<byte[]> ReadAsync(MadeImage image, CancellationToken cancellationToken)
    {
        await using var content = contents.OpenRead(image.Hash) ?? throw new FileNotFoundException($"The image of job {image.Job.Id} is not kept any longer.");
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static JobSubmission[] Submissions(ImageOrder order)
    {
        var built = order.Works.Select(work => ImagePayloads.Build(order.Model, work)).ToArray();
        var print = order.Terms.IdempotencyKey is null ? null : Fingerprint(built.Select(job => job.Payload));
        return
        [
            .. built.Select((job, index) => new JobSubmission
            {
                Model = order.Model.Name,
                Source = order.Source,
                Caller = order.Caller,
                Payload = job.Payload,
                Demand = job.Demand,
                Id = Guid.NewGuid().ToString("D"),
                IdempotencyKey = order.Terms.KeyOf(index),
                Fingerprint = print,
                Webhook = order.Terms.Webhook,
                Wish = order.Terms.Wish,
            }),
        ];
    }

    private static string Fingerprint(IEnumerable<byte[]> payloads)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var payload in payloads) hash.AppendData(SHA256.HashData(payload));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
