namespace GenAI.Gateway.OpenAI;

/// <summary>The OpenAI API; configuration section <c>GenAI:OpenAI</c>.</summary>
internal sealed class OpenAIOptions
{
    public const string Section = "GenAI:OpenAI";

    /// <summary>How long an image's address works.</summary>
    public TimeSpan ImageLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The gateway's address as clients see it, for such addresses; by default the scheme and host of the request.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// What such addresses are signed with. By default drawn once and kept in the jobs' folder; gateways that serve each other's addresses need
    /// the same one.
    /// </summary>
    public string? UrlSecret { get; set; }
}
