using System.Text.Json;

namespace GenAI.AppHost.Resources;

/// <summary>Writes Prometheus' configuration. It is JSON, which is YAML too and needs no escaping of our own.</summary>
internal static class PrometheusConfiguration
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Write(IEnumerable<(ScrapeTarget Target, Uri Address)> targets) => JsonSerializer.Serialize(
        new
        {
            global = new { scrape_interval = "5s", scrape_timeout = "4s" },
            scrape_configs = targets
                .GroupBy(target => target.Target.Job)
                .Select(job => new
                {
                    job_name = job.Key,
                    static_configs = job.Select(target => new
                    {
                        targets = new[] { target.Address.Authority },
                        labels = new { resource = target.Target.Resource },
                    }),
                }),
        },
        Indented);
}
