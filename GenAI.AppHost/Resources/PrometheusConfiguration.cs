namespace GenAI.AppHost.Resources;

/// <summary>Writes Prometheus' configuration, with the addresses of its targets as whoever runs it sees them.</summary>
internal static class PrometheusConfiguration
{
    // Braces would be read as expressions in a published manifest, so everything is written in YAML's block style.
    private const string Global =
        """
        global:
          scrape_interval: 5s
          scrape_timeout: 4s
        scrape_configs:

        """;

    public static ReferenceExpression Of(IEnumerable<ScrapeTarget> targets)
    {
        var text = new ReferenceExpressionBuilder();
        text.AppendLiteral(Global);
        foreach (var job in targets.GroupBy(target => target.Job))
        {
            text.Append($"- job_name: {job.Key}\n  static_configs:\n");
            foreach (var target in job)
                text.Append($"  - targets: [\"{target.Endpoint.Property(EndpointProperty.HostAndPort)}\"]\n    labels:\n      resource: {target.Resource}\n");
        }

        return text.Build();
    }
}
