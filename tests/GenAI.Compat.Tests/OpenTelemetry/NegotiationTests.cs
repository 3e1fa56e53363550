namespace GenAI.Compat.Tests.OpenTelemetry;

public class NegotiationTests
{
    private const string Text004 = "text/plain; version=0.0.4; charset=utf-8";
    private const string Text100 = "text/plain; version=1.0.0; charset=utf-8; escaping=underscores";
    private const string OpenMetrics001 = "application/openmetrics-text; version=0.0.1; charset=utf-8";
    private const string OpenMetrics100 = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";

    private const string Prometheus2 =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private const string Prometheus3 =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private const string ProtobufFirst =
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3";

    [Theory]
    [InlineData(null, Text004)]
    [InlineData("*/*", Text004)]
    [InlineData("text/plain", Text004)]
    [InlineData("text/html", Text004)]
    [InlineData("nonsense;;;", Text004)]
    [InlineData("text/plain;version=1.0.0", Text100)]
    [InlineData("application/openmetrics-text", OpenMetrics100)]
    [InlineData("APPLICATION/OpenMetrics-Text; version=\"1.0.0\"", OpenMetrics100)]
    [InlineData("application/openmetrics-text;version=0.0.1", OpenMetrics001)]
    [InlineData("application/openmetrics-text;version=2.0.0", Text004)]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=unheard-of", Text004)]
    [InlineData("application/openmetrics-text;q=0, text/plain;version=1.0.0;q=0.1", Text100)]
    [InlineData("application/openmetrics-text;q=0.4, text/plain;version=0.0.4;q=0.5", Text004)]
    [InlineData("text/plain;version=0.0.4;q=0.5, application/openmetrics-text;version=1.0.0;q=0.5", Text004)]
    [InlineData("application/openmetrics-text;q=2, text/plain;version=1.0.0", Text100)]
    [InlineData(Prometheus2, OpenMetrics100)]
    [InlineData(Prometheus3, OpenMetrics100)]
    [InlineData(ProtobufFirst, Text004)]
    public async Task The_best_known_format_is_chosen(string? accept, string expected)
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("gauge", () => 1);

        using var response = await host.GetAsync("/metrics", accept);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal([expected], response.Content.Headers.GetValues("Content-Type"));
        Assert.Equal(expected.Contains("openmetrics", StringComparison.Ordinal), body.EndsWith("# EOF\n", StringComparison.Ordinal));
    }
}
