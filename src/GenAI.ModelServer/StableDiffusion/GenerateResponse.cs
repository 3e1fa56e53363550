namespace GenAI.ModelServer.StableDiffusion;

/// <summary>The answer to <c>POST /generate</c>.</summary>
/// <param name="Images">PNG files in base64.</param>
/// <param name="Seed">The seed of the first image, drawn by the server when the request had none.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record GenerateResponse(IReadOnlyList<string> Images, ulong Seed, GenerateTimings Timings);

/// <summary>Milliseconds spent waiting in the queue, loading the checkpoint and computing.</summary>
public sealed record GenerateTimings(double QueueMs, double LoadMs, double InferMs);

/// <summary>The data of a <c>progress</c> event: sampling steps done over all images, and of how many.</summary>
public sealed record GenerateProgress(int Step, int TotalSteps);
