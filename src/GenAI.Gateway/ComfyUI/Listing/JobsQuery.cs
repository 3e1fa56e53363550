using System.Globalization;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Listing;

/// <summary>Which jobs <c>GET /api/jobs</c> is to list, in which order. The messages are ComfyUI's.</summary>
internal static class JobsQuery
{
    private static readonly string[] AllStatuses = ["pending", "in_progress", "completed", "failed", "cancelled"];

    public static (JobQuery? Query, string? Problem) Read(IQueryCollection query, int mostJobs)
    {
        var statuses = Text(query, "status")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(status => status.ToLowerInvariant()).ToArray() ?? [];
        if (statuses.Where(status => !AllStatuses.Contains(status)).ToArray() is { Length: > 0 } unknown)
            return (null, $"Invalid status value(s): {string.Join(", ", unknown)}. Valid values: {string.Join(", ", AllStatuses)}");

        var sortBy = Text(query, "sort_by")?.ToLowerInvariant() ?? "created_at";
        if (sortBy is not ("created_at" or "execution_duration")) return (null, "sort_by must be 'created_at' or 'execution_duration'");
        var order = Text(query, "sort_order")?.ToLowerInvariant() ?? "desc";
        if (order is not ("asc" or "desc")) return (null, "sort_order must be 'asc' or 'desc'");
        if (!TryReadInt(query, "limit", out var limit)) return (null, "limit must be an integer");
        if (limit <= 0) return (null, "limit must be a positive integer");
        if (!TryReadInt(query, "offset", out var offset)) return (null, "offset must be an integer");

        return (new JobQuery
        {
            WorkflowId = Text(query, "workflow_id"),
            States = [.. statuses.SelectMany(States).Distinct()],
            Order = sortBy == "execution_duration" ? JobOrder.ExecutionTime : JobOrder.Accepted,
            Descending = order == "desc",
            Limit = Math.Min(limit ?? mostJobs, mostJobs),
            Offset = Math.Max(offset ?? 0, 0),
        }, null);
    }

    public static string Status(JobState state) => state switch
    {
        JobState.Queued => "pending",
        JobState.Dispatched or JobState.Running => "in_progress",
        JobState.Completed => "completed",
        JobState.Cancelled => "cancelled",
        _ => "failed",
    };

    private static IEnumerable<JobState> States(string status) => Enum.GetValues<JobState>().Where(state => Status(state) == status);

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    private static bool TryReadInt(IQueryCollection query, string name, out int? number)
    {
        number = null;
        if (!query.ContainsKey(name)) return true;
        if (!int.TryParse(query[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read)) return false;
        number = read;
        return true;
    }
}
