using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace GenAI.Compat.Tests.OpenTelemetry;

/// <summary>One application's whole exposition in both formats: every instrument, scopes, the resource, exemplars.</summary>
public partial class GoldenExpositionTests
{
    [Theory]
    [InlineData("text-0.0.4.txt", MetricsHost.Text)]
    [InlineData("openmetrics-1.0.0.txt", MetricsHost.OpenMetrics)]
    public async Task The_exposition_is_the_golden_one(string file, string accept)
    {
        await using var host = await StartAsync();
        Record(host.App.Services.GetRequiredService<IMeterFactory>());

        var exposition = await host.ScrapeAsync(accept);

        Golden.Matches(file, WithoutTimes(exposition));
    }

    private static Task<MetricsHost> StartAsync() => MetricsHost.StartAsync(
        exporter: options => (options.ScopeInfoEnabled, options.TargetInfoEnabled) = (true, true),
        metrics: provider => provider
            .AddMeter("GenAI.Golden")
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .ConfigureResource(resource => resource.AddAttributes(
            [
                new("service.name", "golden"),
                new("service.version", "1.2.3"),
                new("host.cpus", 16L),
                new("roles", new[] { "gateway", "say \"hi\"" }),
            ]))
            .AddView("genai.request.duration", new ExplicitBucketHistogramConfiguration { Boundaries = [0.005, 0.5, 10, 1_000_000] })
            .AddView("genai.temperature.change", new ExplicitBucketHistogramConfiguration { Boundaries = [-5, 0, 5] })
            .AddView("genai.exponential", new Base2ExponentialBucketHistogramConfiguration()));

    private static void Record(IMeterFactory meters)
    {
        var meter = meters.Create(new MeterOptions("GenAI.Golden")
        {
            Version = "2.0",
            Tags = [new("team", "images"), new("name", "not shown: the name is the meter's")],
        });

        var images = meter.CreateCounter<long>("genai_images_generated", description: "Images that were generated.");
        images.Add(3, new("model", "flux-1-dev"), new("status", "succeeded"));
        images.Add(1, new("model", "stable-diffusion-35"), new("status", "failed"));
        meter.CreateCounter<double>("genai.gpu.time", "s", "Seconds of GPU\ntime, \"busy\" or not \\ all of them.").Add(12.5);
        meter.CreateCounter<long>("genai.sent", "By").Add(1 << 20);
        meter.CreateUpDownCounter<int>("genai.queue.depth", "{job}", "Jobs that wait.").Add(-2, new KeyValuePair<string, object?>("model", "flux-1-dev"));
        meter.CreateObservableGauge("genai.load", () => 0.25, "1", "Load, 0 to 1.");
        meter.CreateObservableGauge("genai.bandwidth", () => 1.5e-7, "MBy/s");
        meter.CreateHistogram<double>("genai.exponential").Record(1);

        var durations = meter.CreateHistogram<double>("genai.request.duration", "s", "How long a request took.");
        durations.Record(0.25, new KeyValuePair<string, object?>("phase", "infer"));
        RecordInSpan(() => durations.Record(7, new KeyValuePair<string, object?>("phase", "infer")));
        durations.Record(2_000_000, new KeyValuePair<string, object?>("phase", "load"));
        meter.CreateHistogram<int>("genai.temperature.change", "Cel").Record(-3);
    }

    private static void RecordInSpan(Action record)
    {
        using var span = new Activity("sampled").SetIdFormat(ActivityIdFormat.W3C);
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        span.Start();
        record();
    }

    private static string WithoutTimes(string exposition)
        => ExemplarSpan().Replace(CreationTime().Replace(exposition, "${series} <time>"), "trace_id=\"<trace>\",span_id=\"<span>\"} ${value} <time>");

    [GeneratedRegex(@"(?<series>_created\{.*\}) [0-9.]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex CreationTime();

    [GeneratedRegex("""trace_id="[0-9a-f]{32}",span_id="[0-9a-f]{16}"\} (?<value>[0-9.]+) [0-9.]+""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ExemplarSpan();
}
