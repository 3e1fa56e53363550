using GenAI.Contracts.Resources;
using GenAI.Orchestrator.Resources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenAI.Orchestrator.Api;

internal static class ResourcesApi
{
    public static IEndpointRouteBuilder MapResources(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/resources", Latest)
            .WithName("GetResources")
            .WithTags("Resources")
            .WithSummary("The machine's processors, memory, disks, networks and GPUs, at the last sample")
            .WithDescription(
                "Samples are taken in the background, so this answers at once and is as old as sampledAt says. Rates and utilization are averages "
                + "since the sample before and null in the first one; what cannot be read is null or missing, and named in unavailable.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    private static Results<Ok<HostResources>, ProblemHttpResult> Latest(ResourceBoard board, HttpContext context)
    {
        if (board.Latest is { } resources) return TypedResults.Ok(resources);

        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem("The first sample of the machine is still being taken.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
