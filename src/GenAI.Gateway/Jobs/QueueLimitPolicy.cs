using GenAI.Gateway.Errors;

namespace GenAI.Gateway.Jobs;

/// <summary>
/// Whether more jobs may wait. Pure. Example: with room for 1000 of a key and 998 there, 2 more are taken and 3 are refused whole, with the
/// time after which the queue is expected to have moved.
/// </summary>
internal static class QueueLimitPolicy
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(10);

    /// <param name="adding">How many are to be added.</param>
    /// <param name="wait">How long a job that comes now is expected to wait; null when it cannot be told.</param>
    public static ApiError? Check(
        string model, JobCounts ofModel, JobCounts ofOwner, int adding, TimeSpan? wait, DateTimeOffset now, JobOptions options)
    {
        if (ofModel.Queued + adding > options.QueueLength)
            return Full($"The queue of '{model}' is full: {ofModel.Queued} jobs wait, {adding} more are asked for, and {options.QueueLength} may.", wait, ofModel.Queued, adding > options.QueueLength);
        if (ofOwner.Queued + adding > options.QueueLengthPerKey)
            return Full($"This key has {ofOwner.Queued} jobs waiting, asks for {adding} more, and may have {options.QueueLengthPerKey}.", wait, ofModel.Queued, adding > options.QueueLengthPerKey);
        if (now - ofModel.OldestQueued is { } oldest && oldest > options.QueueAge)
            return Full($"The queue of '{model}' cannot keep up: its oldest job has waited for {Text(oldest)}, and {Text(options.QueueAge)} are allowed.", wait, ofModel.Queued);
        if (now - ofOwner.OldestQueued is { } own && own > options.QueueAgePerKey)
            return Full($"This key's oldest job has waited for {Text(own)}, and {Text(options.QueueAgePerKey)} are allowed.", wait, ofModel.Queued);
        return null;
    }

    /// <param name="isNever">It is more than an empty queue would take.</param>
    private static ApiError Full(string message, TimeSpan? wait, int queued, bool isNever = false)
    {
        if (isNever) return new ApiError(StatusCodes.Status429TooManyRequests, "queue_full", $"{message} The request must be split.") { Retry = false };

        var estimate = wait is { } known ? $" A job that came now would wait for about {Text(known)}." : "";
        // One place is free after the share of one job in the wait of all.
        var retry = wait is { } all && queued > 0 ? all / queued : ShortestRetry;
        return new ApiError(StatusCodes.Status429TooManyRequests, "queue_full", $"{message}{estimate} Try again later.")
        {
            RetryAfter = TimeSpan.FromTicks(Math.Clamp(retry.Ticks, ShortestRetry.Ticks, LongestRetry.Ticks)),
        };
    }

    private static string Text(TimeSpan time) => time.TotalMinutes >= 2 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalSeconds:0} seconds";
}
