namespace GenAI.AppHost.Resources;

/// <summary>Adds Grafana beside a Prometheus that is a container: there is no local Grafana to be had.</summary>
internal static class GrafanaExtensions
{
    /// <summary>
    /// Its data source is Prometheus. The password of <c>admin</c> is <c>GRAFANA_ADMIN_PASSWORD</c>, which has no default.
    /// </summary>
    public static void AddGrafana(this IDistributedApplicationBuilder builder, string name, int port, Monitoring monitoring)
    {
        if (monitoring.Container is not { } prometheus) return;

        const string DataSources = "GRAFANA_DATASOURCES";
        const string Provisioning = "/tmp/provisioning";
        var password = builder.AddParameterFromConfiguration("grafana-admin-password", "GRAFANA_ADMIN_PASSWORD", secret: true)
            .WithDescription("The password of Grafana's user admin.");
        builder.AddContainer(name, "docker.io/grafana/grafana", "11.4.0")
            .WithHttpEndpoint(port, targetPort: 3000, name: "http")
            .WithHttpHealthCheck("/api/health", endpointName: "http")
            .WithEnvironment("GF_SECURITY_ADMIN_PASSWORD", password)
            .WithEnvironment("GF_PATHS_PROVISIONING", Provisioning)
            .WithEnvironment("GF_LOG_MODE", "console")
            .WithEnvironment(DataSources, ReferenceExpression.Create(
                $"apiVersion: 1\ndatasources:\n- name: Prometheus\n  type: prometheus\n  isDefault: true\n  url: {prometheus.GetEndpoint("http")}\n"))
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", $"mkdir -p {Provisioning}/datasources && printf %s \"${DataSources}\" > {Provisioning}/datasources/genai.yaml && exec /run.sh")
            .WithVolume("grafana-data", "/var/lib/grafana")
            .WaitFor(prometheus)
            .HardenedMonitor(readsBackEnd: false, port: 3000, "/api/health");
    }
}
