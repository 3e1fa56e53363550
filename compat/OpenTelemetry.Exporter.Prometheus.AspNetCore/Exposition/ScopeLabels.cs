using System.Collections.Immutable;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>The labels that say which meter a series is from.</summary>
internal static class ScopeLabels
{
    private const string Prefix = "otel_scope_";

    private static readonly LabelName _name = new(Prefix + "name");
    private static readonly LabelName _version = new(Prefix + "version");
    private static readonly LabelName _schemaUrl = new(Prefix + "schema_url");

    public static ImmutableArray<Label> Of(Metric metric)
    {
        var labels = ImmutableArray.CreateBuilder<Label>();
        labels.Add(new Label(_name, _name.Text, metric.MeterName));
        if (!string.IsNullOrEmpty(metric.MeterVersion))
            labels.Add(new Label(_version, _version.Text, metric.MeterVersion));
        if (!string.IsNullOrEmpty(metric.MeterSchemaUrl))
            labels.Add(new Label(_schemaUrl, _schemaUrl.Text, metric.MeterSchemaUrl));

        foreach (var (key, value) in metric.MeterTags ?? [])
        {
            var name = new LabelName(PrometheusName.SanitizeLabel(Prefix + key));
            if (!name.Matches(_name) && !name.Matches(_version) && !name.Matches(_schemaUrl))
                labels.Add(new Label(name, key, value));
        }

        return labels.ToImmutable();
    }
}
