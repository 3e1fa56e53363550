using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Images;

/// <summary>The accepted jobs of one request, in the order of its images.</summary>
internal sealed record ImageBatch(ImageOrder Order, IReadOnlyList<Job> Jobs)
{
    public IEnumerable<string> Ids => Jobs.Select(job => job.Id);
}

/// <summary>An image that was made.</summary>
/// <param name="Hash">Of its content in the store.</param>
internal sealed record MadeImage(Job Job, ImageWork Work, string Hash, string ContentType)
{
    /// <summary>png, jpeg or webp.</summary>
    public string Format => ContentType["image/".Length..];
}
