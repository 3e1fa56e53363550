namespace GenAI.Gateway.Errors;

/// <summary>An error of the gateway itself, before it takes the shape of the API that the client speaks.</summary>
/// <param name="Status">HTTP status, 400 to 599.</param>
/// <param name="Code">Short and stable, for programs: <c>model_unavailable</c>.</param>
/// <param name="Message">For people: what was wrong, with the offending value, and what was expected.</param>
internal sealed record ApiError(int Status, string Code, string Message)
{
    /// <summary>The journal cannot be read or written. Why is in the log alone, since it names the gateway's folders or its database.</summary>
    public static ApiError JournalUnavailable { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "journal_unavailable",
        "The gateway cannot use its journal of jobs now, and nothing was accepted or changed. Try again later; the gateway's log says why.")
    {
        RetryAfter = TimeSpan.FromSeconds(10),
    };

    /// <summary>The request's member that was wrong.</summary>
    public string? Param { get; init; }

    /// <summary>When it is worth trying again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>False where the same request would fail the same way, though its status invites a retry.</summary>
    public bool? Retry { get; init; }
}
