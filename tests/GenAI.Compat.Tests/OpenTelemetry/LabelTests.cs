using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace GenAI.Compat.Tests.OpenTelemetry;

public class LabelTests
{
    [Theory]
    [InlineData("http.route", "http_route")]
    [InlineData("a--b", "a_b")]
    [InlineData("a__b", "a__b")]
    [InlineData("a:b", "a_b")]
    [InlineData("1st", "_1st")]
    [InlineData("größe", "gr_e")]
    [InlineData("", "_")]
    public async Task A_label_name_is_made_valid(string key, string expected)
        => Assert.Equal($$"""gauge{{{expected}}="x"} 1""", await SampleAsync(Tag(key, "x")));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("say \"hi\"", """say \"hi\" """)]
    [InlineData("""C:\temp""", """C:\\temp """)]
    [InlineData("two\nlines", """two\nlines """)]
    [InlineData("\\\"\n", """\\\"\n """)]
    [InlineData("tab\tand\rreturn", "tab\tand\rreturn")]
    [InlineData("Grüße 👋", "Grüße 👋")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public async Task A_label_value_is_escaped(string? value, string expected)
        => Assert.Equal($$"""gauge{key="{{expected.TrimEnd(' ')}}"} 1""", await SampleAsync(Tag("key", value)));

    [Fact]
    public async Task A_lone_surrogate_becomes_the_replacement_character()
        => Assert.Equal("gauge{key=\"a\ufffdb\"} 1", await SampleAsync(Tag("key", "a\ud83db")));

    public static TheoryData<object, string> TypedValues => new()
    {
        { true, "true" },
        { 42, "42" },
        { -7L, "-7" },
        { (byte)8, "8" },
        { ulong.MaxValue, "18446744073709551615" },
        { 1.5m, "1.5" },
        { 0.25, "0.25" },
        { 3.0, "3.0" },
        { 0.1f, "0.10000000149011612" },
        { 1e6, "1e+06" },
        { 123456.0, "123456.0" },
        { 0.0001, "0.0001" },
        { 0.00001, "1e-05" },
        { -1.25e-300, "-1.25e-300" },
        { -0.0, "0.0" },
        { double.NaN, "NaN" },
        { double.PositiveInfinity, "+Inf" },
        { double.NegativeInfinity, "-Inf" },
        { DayOfWeek.Friday, "Friday" },
        { new[] { "a", "b" }, """[\"a\",\"b\"]""" },
        { new object?[] { 1, 2.5, true, null, "x", double.NaN }, """[1,2.5,true,null,\"x\",\"NaN\"]""" },
    };

    [Theory]
    [MemberData(nameof(TypedValues), DisableDiscoveryEnumeration = true)]
    public async Task A_label_value_of_another_type_is_written_as_Prometheus_spells_it(object value, string expected)
        => Assert.Equal($$"""gauge{key="{{expected}}"} 1""", await SampleAsync(Tag("key", value)));

    [Fact]
    public async Task Values_of_keys_that_become_one_label_are_joined_in_the_order_of_the_keys()
        => Assert.Equal(
            """gauge{a_b="dot;1;under",other="x"} 1""",
            await SampleAsync(Tag("a_b", "under"), Tag("other", "x"), Tag("a.b", "dot"), Tag("a/b", 1)));

    [Fact]
    public async Task A_histogram_keeps_the_label_of_its_bounds_to_itself()
    {
        await using var host = await MetricsHost.StartAsync(
            metrics: provider => provider.AddView("*", new ExplicitBucketHistogramConfiguration { Boundaries = [1] }));
        host.Meter.CreateHistogram<int>("h").Record(1, Tag("le", "mine"));

        Assert.Equal(["""h_bucket{le="1"} 1""", """h_bucket{le="+Inf"} 1""", "h_sum{} 1", "h_count{} 1"], await host.SamplesAsync());
    }

    [Fact]
    public async Task The_scope_and_the_resource_are_labelled_when_asked_for()
    {
        await using var host = await MetricsHost.StartAsync(
            options => (options.ScopeInfoEnabled, options.TargetInfoEnabled) = (true, true),
            provider => provider.AddMeter("Labels.Scoped").ConfigureResource(resource => resource.AddAttributes([new("service.name", "a \"b\"")])));
        var meter = host.App.Services.GetRequiredService<IMeterFactory>().Create(new MeterOptions("Labels.Scoped") { Version = "1.0" });
        meter.CreateObservableGauge("gauge", () => new Measurement<int>(1, Tag("otel.scope.name", "mine")));

        Assert.Equal(
            [
                """target_info{service_name="a \"b\""} 1""",
                """gauge{otel_scope_name="mine;Labels.Scoped",otel_scope_version="1.0"} 1""",
            ],
            await host.SamplesAsync());
    }

    [Theory]
    [InlineData(MetricsHost.Text, """A "quoted" \\ back\nslash""")]
    [InlineData(MetricsHost.OpenMetrics, """A \"quoted\" \\ back\nslash""")]
    public async Task Help_is_escaped_as_its_format_says(string accept, string expected)
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("gauge", () => 1, description: "A \"quoted\" \\ back\nslash");

        Assert.Contains($"# HELP gauge {expected}\n", await host.ScrapeAsync(accept), StringComparison.Ordinal);
    }

    private static KeyValuePair<string, object?> Tag(string key, object? value) => new(key, value);

    private static async Task<string> SampleAsync(params KeyValuePair<string, object?>[] tags)
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("gauge", () => new Measurement<int>(1, tags));
        return Assert.Single(await host.SamplesAsync());
    }
}
