using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Images;

/// <summary>What is said of images that were not made. Pure.</summary>
internal static class ImageErrors
{
    /// <summary>Null for a job that has made its image.</summary>
    public static ApiError? Of(Job job) => job.State switch
    {
        JobState.Completed when ImageOf(job) is not null => null,
        JobState.Completed => new(StatusCodes.Status502BadGateway, "generation_failed", $"Job {job.Id} was done without an image; is the model's workflow right?") { Retry = false },
        JobState.Cancelled => new(StatusCodes.Status409Conflict, "job_cancelled", $"Job {job.Id} was cancelled.") { Retry = false },
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

    public static JobOutput? ImageOf(Job job) => job.Outputs.FirstOrDefault(output => output.ContentType is "image/png" or "image/jpeg" or "image/webp");
}
