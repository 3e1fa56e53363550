using Aspire.Hosting.Dashboard.Metrics;
using Aspire.Hosting.Dashboard.Otlp;
using Aspire.Hosting.Dashboard.Telemetry;
using static GenAI.Compat.Tests.Aspire.Dashboard.OtlpBytes;

namespace GenAI.Compat.Tests.Aspire.Dashboard;

public sealed class OtlpReadingTests
{
    private readonly SourceTable _sources = new();
    private readonly TextPool _texts = new(text => text);

    [Fact]
    public void A_span_has_its_ids_times_kind_status_attributes_events_and_links()
    {
        var request = Request("shop", Span(2, parent: 1, name: "buy", more:
        [
            Field(6, 3), Field(9, Attribute("item", "fox")), Field(15, Message(Field(2, "sold out"), Field(3, 2))),
            Field(11, Message(Fixed(1, 2_500_000_000UL), Field(2, "retry"))), Field(13, Message(Field(1, TraceId), Field(2, [0, 0, 0, 0, 0, 0, 0, 9]))),
        ]));

        var (spans, refused) = OtlpTraces.Read(request, _sources, _texts);

        var span = Assert.Single(spans);
        Assert.Equal((0, "shop", "scope", "buy"), (refused, span.Source.ServiceName, span.Scope, span.Name));
        Assert.Equal("0102030405060708090a0b0c0d0e0f10", span.TraceId.ToString("x32"));
        Assert.Equal((2UL, 1UL, SpanKind.Client), (span.Id, span.ParentId, span.Kind));
        Assert.Equal((DateTime.UnixEpoch.AddSeconds(2), TimeSpan.FromSeconds(1)), (span.Start, span.Duration));
        Assert.Equal((SpanStatus.Error, "sold out", "fox"), (span.Status, span.StatusMessage, span.Attribute("item")));
        Assert.Equal(("retry", DateTime.UnixEpoch.AddSeconds(2.5)), (span.Events.Single().Name, span.Events.Single().Time));
        Assert.Equal(9UL, span.Links.Single().SpanId);
    }

    [Fact]
    public void Values_of_every_kind_become_text()
    {
        byte[] Of(byte[] value) => Field(6, Message(Field(1, "k"), Field(2, value)));
        var list = Field(5, Message(Field(1, Field(3, 1)), Field(1, Field(1, "ä"))));
        var map = Field(6, Field(1, Message(Field(1, "a"), Field(2, Field(2, 1)))));
        var request = Request("shop", Message(Field(5, Field(1, "hello")), Field(2, 17),
            Of(Field(2, 1)), Of(Field(3, 42)), Of(Fixed(4, 0.5)), Of(list), Of(map), Of(Field(7, [1, 2, 3]))));

        var record = Assert.Single(OtlpLogs.Read(request, _sources, _texts).Records);

        Assert.Equal(("hello", 17), (record.Message, record.Severity));
        Assert.Equal(["true", "42", "0.5", "[1,\"ä\"]", "{\"a\":true}", "AQID"], record.Attributes.Select(attribute => attribute.Value));
    }

    [Fact]
    public void A_histogram_has_its_buckets_packed_or_not()
    {
        byte[] Histogram(params byte[][] buckets) => Message(Field(1, "duration"), Field(3, "s"), Field(9, Message(Field(2, 2),
            Field(1, Message([Fixed(3, 5UL), Fixed(4, 3UL), Fixed(5, 1.5), .. buckets])))));
        var packed = Histogram(Field(6, [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]), Field(7, BitConverter.GetBytes(0.25)));
        var unpacked = Histogram(Fixed(6, 2UL), Fixed(6, 1UL), Fixed(7, 0.25));

        var metrics = OtlpMetrics.Read(Request("shop", packed, unpacked), _sources, _texts).Metrics;

        Assert.All(metrics, metric =>
        {
            var point = Assert.Single(metric.Points);
            Assert.Equal(("duration", "s", MetricKind.Histogram), (metric.Name, metric.Unit, metric.Kind));
            Assert.Equal((3L, 1.5, false), (point.Count, point.Value, point.IsDelta));
            Assert.Equal([2, 1], point.Buckets);
            Assert.Equal([0.25], point.Bounds);
        });
    }

    [Fact]
    public void A_resource_may_come_after_its_records_and_unknown_fields_are_passed_over()
    {
        var request = Field(1, Message(Field(99, 7), Field(2, Field(2, Span(1))), Field(1, Field(1, Attribute("service.name", "late")))));

        Assert.Equal("late", Assert.Single(OtlpTraces.Read(request, _sources, _texts).Spans).Source.ServiceName);
    }

    [Fact]
    public void A_span_without_ids_is_refused() =>
        Assert.Equal(1, OtlpTraces.Read(Request("shop", Span(1, traceId: [1, 2])), _sources, _texts).Refused);

    [Fact]
    public void What_is_cut_off_or_garbled_is_an_error_with_its_reason_and_nothing_worse()
    {
        var whole = Request("shop", Span(1, more: [Field(9, Attribute("item", "fox"))]));
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var broken = whole[..random.Next(1, whole.Length)];
            broken[random.Next(broken.Length)] = (byte)random.Next(256);

            var thrown = Record.Exception(() => OtlpTraces.Read(broken, _sources, _texts));

            Assert.True(thrown is null or InvalidDataException, $"{thrown}");
        }

        Assert.Throws<InvalidDataException>(() => OtlpTraces.Read(whole.AsSpan(0, whole.Length - 1), _sources, _texts));
    }
}
