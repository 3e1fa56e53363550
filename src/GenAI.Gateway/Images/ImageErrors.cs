using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Images;

/// <summary>What is said of images that were not made. Pure.</summary>
internal static class ImageErrors
{
    /// <summary>Null for a job that has made its image.</summary>
    /// <param name="job">It has ended.</param>
    /// <param name="work">What was to be made.</param>
    public static ApiError? Of(Job job, ImageWork work) => job.State switch
    {
        JobState.Completed when ImageOf(job) is not null => null,
        JobState.Completed => new(StatusCodes.Status502BadGateway, "generation_failed", $"Job {job.Id} was done without an image; is the model's workflow right?") { Retry = false },
        JobState.Cancelled => new(StatusCodes.Status409Conflict, "job_cancelled", $"Job {job.Id} was cancelled.") { Retry = false },
        JobState.Failed when BlamedPicture(job.Failure, work) is { } member => new(StatusCodes.Status400BadRequest, "invalid_image",
            $"Invalid '{member}': the model's server cannot use it. {job.Failure}") { Param = member },
        // Those who retry by themselves would kill one instance after the other.
        _ => new(StatusCodes.Status502BadGateway, "generation_failed", $"Job {job.Id} failed: {job.Failure}") { Retry = false },
    };

    public static ApiError NoInstance(string model, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, "model_unavailable", $"No instance of '{model}' can take requests now.") { Param = "model", RetryAfter = retryAfter };

    public static ApiError Stopping(TimeSpan retryAfter, bool goesOn) =>
        new(StatusCodes.Status503ServiceUnavailable, "stopping",
            "The gateway is stopping." + (goesOn ? $" The images are made after its next start: ask again with the same {OrderTerms.KeyHeader}." : " Try again in a moment."))
        {
            RetryAfter = retryAfter,
        };

    public static ApiError TimedOut(TimeSpan limit, bool goesOn) =>
        new(StatusCodes.Status504GatewayTimeout, "generation_timeout",
            $"The images were not done within {limit}." + (goesOn ? $" They are still being made: ask again with the same {OrderTerms.KeyHeader}." : ""))
        {
            Retry = goesOn,
        };

    public static ApiError Forgotten(Job job) =>
        new(StatusCodes.Status410Gone, "image_gone", $"The image of job {job.Id} is not kept any longer.") { Retry = false };

    /// <summary>
    /// Only the head of a picture is read here. Servers that fail at the rest of it name its file, and no other picture has that name.
    /// </summary>
    private static string? BlamedPicture(string? failure, ImageWork work)
    {
        if (failure is null) return null;
        if (work.Picture is { } picture && failure.Contains(picture.FileName, StringComparison.Ordinal)) return "image";
        return work.Mask is { } mask && failure.Contains(mask.FileName, StringComparison.Ordinal) ? "mask" : null;
    }

    public static JobOutput? ImageOf(Job job) => job.Outputs.FirstOrDefault(output => output.ContentType is "image/png" or "image/jpeg" or "image/webp");
}
