using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>The answer as events: pictures of the images that are being made, and each image as soon as it is done.</summary>
internal sealed class ImageStreams(ImageDesk desk, JobEvents events, TimeProvider clock)
{
    public async Task WriteAsync(HttpContext context, ImageRequest request, ImageBatch batch, string operation)
    {
        var sse = await SseResponse.StartAsync(context, clock);
        using var feed = new BatchFeed(events, batch.Ids);
        var stream = new Writer(desk, sse, request, batch, operation, clock);
        var finishing = feed.EndWithAsync(desk.FinishAsync(batch, context.RequestAborted));
        try
        {
            await sse.FollowAsync(feed, stream.TellAsync);
            var (images, error) = await finishing;
            foreach (var image in images ?? []) await stream.CompleteAsync(image);
            if (error is not null) await sse.ErrorAsync(error);
        }
        catch (FileNotFoundException exception)
        {
            await sse.ErrorAsync(new ApiError(StatusCodes.Status410Gone, "image_gone", exception.Message));
        }
        finally
        {
            await ((Task)finishing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class Writer(ImageDesk desk, SseResponse sse, ImageRequest request, ImageBatch batch, string operation, TimeProvider clock)
    {
        private readonly double[] _fractions = new double[batch.Jobs.Count];
        private readonly int[] _partials = new int[batch.Jobs.Count];
        private readonly bool[] _completed = new bool[batch.Jobs.Count];

        public Task TellAsync(JobEvent happened)
        {
            var index = IndexOf(happened.Job.Id);
            switch (happened)
            {
                case JobProgressed progressed:
                    _fractions[index] = progressed.Fraction;
                    break;
                // Spread over the work: of two, the first at a third and the second at two thirds.
                case JobPreviewed preview when _partials[index] < request.PartialImages
                    && _fractions[index] * (request.PartialImages + 1) >= _partials[index] + 1:
                    return PartialAsync(preview, index);
                case JobChanged { Job: { State: JobState.Completed } job } when ImageErrors.ImageOf(job) is not null:
                    return CompleteAsync(ImageDesk.Image(job, batch.Order.Works[index]));
            }

            return Task.CompletedTask;
        }

        public async Task CompleteAsync(MadeImage image)
        {
            var index = IndexOf(image.Job.Id);
            if (_completed[index]) return;
            _completed[index] = true;
            var type = $"{operation}.completed";
            await sse.SendAsync(type, new CompletedImageEvent(
                type, await desk.ReadAsync(image, sse.Aborted), index, Now, $"{image.Work.Size}", ImagesHandler.QualityOf(request), "opaque", image.Format, image.Work.Seed, NoTokens.Instance));
        }

        private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

        private Task PartialAsync(JobPreviewed preview, int index)
        {
            var type = $"{operation}.partial_image";
            return sse.SendAsync(type, new PartialImageEvent(
                type, preview.Image.ToArray(), _partials[index]++, index, Now, $"{batch.Order.Works[index].Size}", ImagesHandler.QualityOf(request), "opaque",
                preview.ContentType == "image/png" ? "png" : "jpeg"));
        }

        private int IndexOf(string id)
        {
            for (var i = 0; i < batch.Jobs.Count; i++)
            {
                if (batch.Jobs[i].Id == id) return i;
            }

            throw new ArgumentException($"Job {id} is not of this batch.", nameof(id));
        }
    }
}
