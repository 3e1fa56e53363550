namespace GenAI.Gateway.Routing.Snapshots;

/// <summary>Where the control plane is; configuration section <c>GenAI:Orchestrator</c>.</summary>
internal sealed class OrchestratorOptions
{
    public const string Section = "GenAI:Orchestrator";

    /// <summary>
    /// Absolute, http or https; the host may be a service discovery name. When it is not set: <c>http://_api.orchestrator</c> where
    /// service discovery knows the endpoint <c>api</c> (as the AppHost declares it), else <c>http://orchestrator</c>.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>A watch that has said nothing for this long is begun again: a connection can die without either end hearing of it.</summary>
    public TimeSpan WatchIdleTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
