using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenAI.Contracts.Access;

/// <summary>How the records of the admin API are written: snake_case, as everything under /v1.</summary>
public static class AccessJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 8,
    };

    /// <summary>For what a gateway is asked: a quota that is misspelt must not be one that is silently not there.</summary>
    public static JsonSerializerOptions Strict { get; } = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
}
