using System.Text.Json.Serialization;

namespace GenAI.Contracts.Instances;

/// <summary>What the control plane believes of an instance. Only <see cref="Healthy"/> and <see cref="Degraded"/> take jobs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InstanceState>))]
public enum InstanceState
{
    /// <summary>Known, but not yet seen ready.</summary>
    [JsonStringEnumMemberName("starting")] Starting,

    /// <summary>Passed the readmission threshold of probes.</summary>
    [JsonStringEnumMemberName("healthy")] Healthy,

    /// <summary>Still answers, but some of its last probes failed.</summary>
    [JsonStringEnumMemberName("degraded")] Degraded,

    /// <summary>Ejected: failed the ejection threshold of probes in a row.</summary>
    [JsonStringEnumMemberName("unhealthy")] Unhealthy,

    /// <summary>Finishes what it has and takes nothing new.</summary>
    [JsonStringEnumMemberName("draining")] Draining,
}
