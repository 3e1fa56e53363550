namespace GenAI.Gateway.Access;

/// <summary>Who may come in and how; configuration section <c>GenAI:Gateway:Access</c>. Whether keys are asked for is <c>API_AUTH_ENABLED</c>.</summary>
internal sealed class AccessOptions
{
    public const string Section = "GenAI:Gateway:Access";
    public const string AdminKeySetting = "GENAI_ADMIN_KEY";

    /// <summary>Lets <c>API_AUTH_ENABLED=false</c> pass in production, where something in front of the gateway asks who is there.</summary>
    public bool AllowAnonymousInProduction { get; set; }

    /// <summary>Lets everybody read <c>/metrics</c>; otherwise it takes a key with the scope read-all or admin, once keys are asked for.</summary>
    public bool OpenMetrics { get; set; }

    /// <summary>How long a ticket for a WebSocket can be used.</summary>
    public TimeSpan TicketLifetime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often usage is written, and keys that another gateway changed are read. What was used since the last time is lost when the
    /// process is killed.
    /// </summary>
    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromSeconds(2);
}
