namespace GenAI.Gateway.OpenAI;

/// <summary>The OpenAI API; configuration section <c>GenAI:OpenAI</c>.</summary>
internal sealed class OpenAIOptions
{
    public const string Section = "GenAI:OpenAI";

    /// <summary>How long an image's address works.</summary>
    public TimeSpan ImageLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The <c>response_format</c> of a request that names none: <c>b64_json</c>, as of OpenAI's newer models, or <c>url</c>, as of its older ones.
    /// Clients made for those look for an address without having asked for one.
    /// </summary>
    public string ResponseFormat { get; set; } = "b64_json";

    /// <summary>The gateway's address as clients see it, for such addresses; by default the scheme and host of the request.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// What such addresses are signed with. By default drawn once and kept in the jobs' folder; gateways that serve each other's addresses need
    /// the same one.
    /// </summary>
    public string? UrlSecret { get; set; }
}
