namespace GenAI.Gateway.Webhooks;

/// <summary>Telling others of ended jobs; configuration section <c>GenAI:Gateway:Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    public const string Section = "GenAI:Gateway:Webhooks";

    /// <summary>Lets webhooks go to private addresses and over plain HTTP: for tests and closed networks.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>Of which each key's own signing secret is made. By default drawn once and kept in the jobs' folder; gateways on one queue need the same one.</summary>
    public string? Secret { get; set; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The pause after the first attempt that failed; each further one is twice as long, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan LongestPause { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After this time since the job's end it is no longer tried.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Attempts under way at once; those of one key at most half of them, so that receivers that hang hold up nobody else's.</summary>
    public int Concurrency { get; set; } = 32;
}
