namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Places in an environment variable or argument that are filled in per instance: an endpoint's TargetPort is one port for the
/// resource in a model but another for each replica.
/// </summary>
internal static class InstanceTemplate
{
    public const string ServiceName = """{{- index .Annotations "otel-service-name" -}}""";
    public const string ServiceInstanceId = """{{- index .Annotations "otel-service-instance-id" -}}""";

    public static string PortOf(string resourceName, string endpointName) => $$$"""{{- portForServing "{{{resourceName}}}-{{{endpointName}}}" -}}""";

    public static string Fill(string text, IReadOnlyDictionary<string, string> values)
    {
        if (!text.Contains("{{-", StringComparison.Ordinal))
            return text;
        foreach (var (place, value) in values)
            text = text.Replace(place, value, StringComparison.Ordinal);
        return text;
    }
}
