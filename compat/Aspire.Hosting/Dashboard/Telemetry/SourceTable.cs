namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>Everybody who has sent telemetry, one object each.</summary>
internal sealed class SourceTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), TelemetrySource> _sources = [];

    /// <summary>The names of the services, in alphabetical order.</summary>
    public string[] ServiceNames
    {
        get
        {
            lock (_lock)
                return [.. _sources.Values.Select(source => source.ServiceName).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Null when there are too many already.</summary>
    public TelemetrySource? Get(TelemetryAttribute[] resource)
    {
        var (name, instance) = (Value(resource, "service.name") ?? "unknown_service", Value(resource, "service.instance.id") ?? "");
        lock (_lock)
        {
            if (_sources.TryGetValue((name, instance), out var known))
                return known;
            return _sources.Count >= TelemetryLimits.MaxSources ? null : _sources[(name, instance)] = new TelemetrySource(name, instance, resource);
        }
    }

    /// <summary>The service's name, with the instance's id when several instances have sent something.</summary>
    public string DisplayName(TelemetrySource source)
    {
        lock (_lock)
        {
            return _sources.Values.Count(other => other.ServiceName == source.ServiceName) > 1
                ? $"{source.ServiceName}-{source.InstanceId}"
                : source.ServiceName;
        }
    }

    private static string? Value(TelemetryAttribute[] attributes, string key)
    {
        var index = Array.FindIndex(attributes, attribute => attribute.Key == key);
        return index < 0 ? null : attributes[index].Value;
    }
}
