using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Access;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.Dispatch;

/// <summary>Jobs as the APIs hand them in.</summary>
internal static class Submissions
{
    /// <summary>One alone.</summary>
    public static async Task<(Job? Job, ApiError? Error)> SubmitAsync(this JobDesk desk, JobSubmission submission, CancellationToken cancellationToken)
    {
        var (jobs, error) = await desk.SubmitAsync([submission], cancellationToken);
        return (jobs?[0], error);
    }

    public static JobSubmission ComfyUI(long seed = 1, string checkpoint = "flux1-dev.safetensors", Caller? caller = null) => new()
    {
        Model = Snapshots.Flux,
        Source = JobSource.ComfyUI,
        Caller = caller ?? Caller.Anonymous,
        Demand = new JobDemand { Checkpoint = checkpoint },
        Payload = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["prompt"] = new JsonObject
            {
                ["sample"] = new JsonObject { ["class_type"] = "KSampler", ["inputs"] = new JsonObject { ["seed"] = seed } },
                ["image"] = new JsonObject { ["class_type"] = "SaveImage", ["inputs"] = new JsonObject { ["images"] = new JsonArray("sample", 0) } },
            },
        }),
    };
}
