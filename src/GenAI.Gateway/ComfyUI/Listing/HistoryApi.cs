using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GenAI.Gateway.ComfyUI.Prompts;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Jobs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Listing;

/// <summary><c>/history</c>: what became of the fleet's jobs, the oldest first.</summary>
internal static class HistoryApi
{
    private static readonly ImmutableArray<JobState> Ended = [JobState.Completed, JobState.Failed, JobState.Cancelled, JobState.Lost];

    public static void MapHistory(this OwnedRoutes routes)
    {
        routes.Get("/history", GetPage);
        routes.Get("/history/{id}", GetOne);
        routes.Post("/history", Change);
    }

    private static async Task<IResult> GetPage(
        VirtualComfyUI comfy, JobDesk desk, JobPayloads payloads, IOptions<ComfyUIOptions> options,
        [FromQuery(Name = "max_items")] string? maxItems, string? offset, CancellationToken cancellationToken)
    {
        var (count, start) = (options.Value.MaxListedJobs, -1);
        if (maxItems is not null)
        {
            if (!int.TryParse(maxItems, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var most) || most < 0)
                return Answers.BadRequest($"max_items must be a whole number from 0, got {PythonText.Repr(maxItems)}");
            count = Math.Min(most, count);
        }

        if (offset is not null && !int.TryParse(offset, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out start))
            return Answers.BadRequest($"offset must be a whole number, got {PythonText.Repr(offset)}");

        // Without an offset the last ones are meant.
        var page = await desk.ListAsync(
            new JobQuery
            {
                Model = comfy.Name, Owner = comfy.OnlyOwner, States = Ended, Descending = start < 0, Offset = Math.Max(start, 0), Limit = count,
            },
            cancellationToken);
        var jobs = start < 0 ? page.Jobs.Reverse().ToArray() : [.. page.Jobs];
        return Answers.Json((writer, cancelled) => WriteAsync(writer, jobs, payloads, options.Value.MaxListedBytes, cancelled));
    }

    /// <summary>A job that is unknown, or has not ended, is an empty object, as in ComfyUI; <c>/api/jobs/{id}</c> tells the two apart.</summary>
    private static async Task<IResult> GetOne(
        VirtualComfyUI comfy, string id, JobDesk desk, JobPayloads payloads, IOptions<ComfyUIOptions> options, CancellationToken cancellationToken)
    {
        var job = await desk.FindAsync(id, cancellationToken);
        Job[] found = job is not null && job.State.HasEnded() && PromptCancelling.IsOf(comfy, job) && comfy.Caller.MaySee(job) ? [job] : [];
        return Answers.Json((writer, cancelled) => WriteAsync(writer, found, payloads, options.Value.MaxListedBytes, cancelled));
    }

    private static async Task<IResult> Change(VirtualComfyUI comfy, JsonBody body, JobDesk desk, CancellationToken cancellationToken)
    {
        if (body.Problem is { } problem) return problem;
        if (!QueueApi.TryReadDelete(body.Json, out var ids)) return QueueApi.BadDelete(body.Json);
        foreach (var id in ids)
        {
            if (await desk.FindAsync(id, cancellationToken) is { } job && PromptCancelling.IsOf(comfy, job) && comfy.Caller.MayChange(job))
                await desk.ForgetAsync(id, cancellationToken);
        }

        if (body.Json["clear"].IsTruthy()) await ClearAsync(comfy, desk, cancellationToken);
        return Results.Ok();
    }

    /// <summary>Only the caller's own, and only those that came in by this API.</summary>
    private static async Task ClearAsync(VirtualComfyUI comfy, JobDesk desk, CancellationToken cancellationToken)
    {
        var query = new JobQuery { Model = comfy.Name, Owner = comfy.Caller.Id, States = Ended, Limit = 1000 };
        while (true)
        {
            var page = await desk.ListAsync(query, cancellationToken);
            var kept = 0;
            foreach (var job in page.Jobs)
            {
                if (job.Source != JobSource.ComfyUI || !comfy.Caller.MayChange(job) || !await desk.ForgetAsync(job.Id, cancellationToken)) kept++;
            }

            if (page.Jobs.Length < query.Limit) return;
            query = query with { Offset = query.Offset + kept };
        }
    }

    private static async Task WriteAsync(
        Utf8JsonWriter writer, IReadOnlyList<Job> jobs, JobPayloads payloads, long maxBytes, CancellationToken cancellationToken)
    {
        writer.WriteStartObject();
        foreach (var job in jobs)
        {
            if (writer.BytesCommitted > maxBytes) break;
            var (payload, result) = (await payloads.PayloadAsync(job, cancellationToken), await payloads.ResultAsync(job, cancellationToken));
            // It may have been forgotten meanwhile.
            if (payload is null) continue;
            writer.WriteStartObject(job.Id);
            writer.WritePropertyName("prompt");
            PromptItems.Write(writer, job, payload);
            WriteEnd(writer, job, result);
            writer.WritePropertyName("meta");
            PromptItems.WriteObject(writer, PromptItems.Member(result, "meta"));
            writer.WriteEndObject();
            await writer.FlushAsync(cancellationToken);
        }

        writer.WriteEndObject();
    }

    private static void WriteEnd(Utf8JsonWriter writer, Job job, JsonElement? result)
    {
        writer.WritePropertyName("outputs");
        if (PromptItems.Member(result, "outputs") is { ValueKind: JsonValueKind.Object } outputs) outputs.WriteTo(writer);
        else JobEnds.Outputs(job).WriteTo(writer);
        writer.WritePropertyName("status");
        if (PromptItems.Member(result, "status") is { ValueKind: JsonValueKind.Object } status) status.WriteTo(writer);
        else JobEnds.Status(job, result).WriteTo(writer);
    }
}
