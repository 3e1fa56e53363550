using System.ComponentModel;
using System.Globalization;
using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Instances;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Api;

internal static class InstancesApi
{
    private const int MostIdsNamed = 50;
    private const int LongestQuote = 100;

    public static IEndpointRouteBuilder MapInstances(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/instances").WithTags("Instances");
        group.MapGet("/", Current)
            .WithName("GetInstances")
            .WithSummary("All instances, as one snapshot")
            .WithDescription(
                "The instances of all models, ordered by id, and how the requests for a model are shared among their release tracks, for the models "
                + "for which configuration says so (GenAI:Models:<name>:Traffic). The version grows with each change, also over restarts of the orchestrator. "
                + "A change of state, address, version, track, traffic or loaded checkpoints makes a new snapshot at once; changes of load and queue length "
                + "are gathered for a moment; lastSeen alone makes none, and is as of the snapshot.");
        group.MapGet("/{id}", One)
            .WithName("GetInstance")
            .WithSummary("One instance, as known at this moment")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/watch", Watch)
            .WithName("WatchInstances")
            .WithSummary("The current snapshot and then each new one, as server-sent events")
            .WithDescription(
                "Events are named snapshot, their id is the snapshot's version and their data the same JSON as GET /instances. "
                + "With the header Last-Event-ID, nothing is sent while that is still the current version. A slow reader gets only the newest snapshot. "
                + "Comments are sent as heartbeats while nothing changes.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    private static Ok<InstanceSnapshot> Current(SnapshotFeed feed) => TypedResults.Ok(feed.Current);

    private static Results<Ok<Instance>, ProblemHttpResult> One(
        [Description("For example flux-1-dev-0.")] string id, InstanceRegistry registry) =>
        registry.Find(id) is { } instance
            ? TypedResults.Ok(instance)
            : TypedResults.Problem($"There is no instance '{Quoted(id)}'; {Known(registry)}.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> Watch(
        [FromHeader(Name = "Last-Event-ID"), Description("The version that the client has already.")] string? lastEventId,
        HttpContext context,
        SnapshotFeed feed,
        WatcherLimit limit,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        IOptions<InstancesOptions> options)
    {
        if (!TryParseVersion(lastEventId, out var lastSeen))
            return TypedResults.Problem(
                $"Last-Event-ID is '{Quoted(lastEventId!)}'; expected the version of a snapshot, a whole number from 0.",
                statusCode: StatusCodes.Status400BadRequest);

        using var place = limit.TryEnter();
        if (place is null)
        {
            context.Response.Headers.RetryAfter = "5";
            return TypedResults.Problem(
                $"{options.Value.MaxWatchers} clients are watching already, which is the limit; poll GET /instances instead.",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        await new SnapshotStream(feed, lastSeen, options.Value.HeartbeatInterval, time, lifetime.ApplicationStopping).WriteAsync(context);
        return TypedResults.Empty;
    }

    private static bool TryParseVersion(string? text, out long? version)
    {
        var parsed = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        version = parsed ? number : null;
        return parsed || string.IsNullOrEmpty(text);
    }

    private static string Quoted(string text) => text.Length <= LongestQuote ? text : $"{text[..LongestQuote]}…";

    private static string Known(InstanceRegistry registry)
    {
        var ids = registry.Ids.ToList();
        return ids.Count switch
        {
            0 => "configuration names none",
            <= MostIdsNamed => $"known are {string.Join(", ", ids)}",
            _ => $"known are {string.Join(", ", ids.Take(MostIdsNamed))} and {ids.Count - MostIdsNamed} more",
        };
    }
}
