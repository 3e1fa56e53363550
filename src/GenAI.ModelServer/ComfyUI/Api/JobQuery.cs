using System.Globalization;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary>Which jobs <c>GET /api/jobs</c> is to list, in which order. The messages are ComfyUI's.</summary>
internal sealed record JobQuery(IReadOnlySet<string>? Statuses, string? WorkflowId, bool ByDuration, bool Ascending, int? Limit, int Offset)
{
    private static readonly string[] AllStatuses = ["pending", "in_progress", "completed", "failed", "cancelled"];

    public static (JobQuery? Query, string? Problem) Read(IQueryCollection query)
    {
        var statuses = Text(query, "status")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(status => status.ToLowerInvariant()).ToArray();
        if (statuses?.Where(status => !AllStatuses.Contains(status)).ToArray() is { Length: > 0 } unknown)
            return (null, $"Invalid status value(s): {string.Join(", ", unknown)}. Valid values: {string.Join(", ", AllStatuses)}");

        var sortBy = Text(query, "sort_by")?.ToLowerInvariant() ?? "created_at";
        if (sortBy is not ("created_at" or "execution_duration"))
            return (null, "sort_by must be 'created_at' or 'execution_duration'");
        var order = Text(query, "sort_order")?.ToLowerInvariant() ?? "desc";
        if (order is not ("asc" or "desc"))
            return (null, "sort_order must be 'asc' or 'desc'");
        if (!TryReadInt(query, "limit", out var limit))
            return (null, "limit must be an integer");
        if (limit <= 0)
            return (null, "limit must be a positive integer");
        if (!TryReadInt(query, "offset", out var offset))
            return (null, "offset must be an integer");

        return (new JobQuery(
            statuses is { Length: > 0 } ? statuses.ToHashSet(StringComparer.Ordinal) : null,
            Text(query, "workflow_id"), sortBy == "execution_duration", order == "asc", limit, Math.Max(offset ?? 0, 0)), null);
    }

    /// <returns>The page asked for, and how many jobs there are in all.</returns>
    public (IReadOnlyList<JobSummary> Page, int Total) Apply(IEnumerable<JobSummary> jobs)
    {
        var matching = jobs
            .Where(job => Statuses?.Contains(job.Status) != false)
            .Where(job => WorkflowId is null || job.WorkflowId == WorkflowId)
            .ToArray();
        Func<JobSummary, long> key = ByDuration ? job => job.Duration : job => job.CreateTime;
        var sorted = Ascending ? matching.OrderBy(key) : matching.OrderByDescending(key);
        return ([.. sorted.Skip(Offset).Take(Limit ?? int.MaxValue)], matching.Length);
    }

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
