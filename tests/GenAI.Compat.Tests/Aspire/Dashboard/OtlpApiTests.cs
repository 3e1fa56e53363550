using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using static GenAI.Compat.Tests.Aspire.Dashboard.OtlpBytes;

namespace GenAI.Compat.Tests.Aspire.Dashboard;

/// <summary>The ways in for telemetry, as a sender sees them.</summary>
public sealed class OtlpApiTests
{
    [Fact]
    public async Task A_span_sent_over_http_packed_or_not_is_a_trace_on_the_page()
    {
        await using var app = new TestApplication(withDashboard: true);
        await app.StartAsync();
        using var client = await new DashboardClient(app).LogInAsync(app.Cancellation);

        using var plain = await client.SendAsync("/v1/traces", Request("shop", Span(1, name: "first <sale>")));
        using var packed = await client.SendAsync("/v1/traces", Packed(Request("shop", Span(2, parent: 1, name: "second"))), encoding: "gzip");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (plain.StatusCode, packed.StatusCode));
        var page = await client.PageAsync("/traces/0102030405060708090a0b0c0d0e0f10?span=0000000000000002", app.Cancellation);
        Assert.Contains("shop: first &lt;sale&gt;", page, StringComparison.Ordinal);
        Assert.Contains("data-span=\"0000000000000002\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/traces", "application/x-protobuf", "", "wrong", HttpStatusCode.Unauthorized, "x-otlp-api-key")]
    [InlineData("/v1/traces", "application/json", "", null, HttpStatusCode.UnsupportedMediaType, "The content type is 'application/json'")]
    [InlineData("/v1/traces", "application/x-protobuf", "br", null, HttpStatusCode.UnsupportedMediaType, "The content encoding is 'br'")]
    [InlineData("/v1/traces", "application/x-protobuf", "gzip", null, HttpStatusCode.BadRequest, "")]
    [InlineData("/v1/traces", "application/x-protobuf", "", null, HttpStatusCode.BadRequest, "The message ends")]
    [InlineData("/v2/traces", "application/x-protobuf", "", null, HttpStatusCode.NotFound, "There is nothing at '/v2/traces'")]
    public async Task What_cannot_be_taken_is_refused_with_the_reason(
        string path, string contentType, string encoding, string? key, HttpStatusCode expected, string reason)
    {
        await using var app = new TestApplication(withDashboard: true);
        await app.StartAsync();
        using var client = new DashboardClient(app);

        using var response = await client.SendAsync(path, [0x0A, 0x7F, 1], contentType, encoding, key);

        Assert.Equal(expected, response.StatusCode);
        Assert.Contains(reason, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(app.Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_request_that_unpacks_to_a_large_one_is_refused()
    {
        await using var app = new TestApplication(withDashboard: true);
        await app.StartAsync();
        using var client = new DashboardClient(app);

        using var response = await client.SendAsync("/v1/logs", Packed(new byte[20 << 20]), encoding: "gzip");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Over_grpc_a_wrong_key_and_an_unknown_method_have_their_status()
    {
        await using var app = new TestApplication(withDashboard: true);
        await app.StartAsync();
        using var client = new DashboardClient(app);

        Assert.Equal("16", await GrpcStatusAsync(client, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "wrong"));
        Assert.Equal("12", await GrpcStatusAsync(client, "/opentelemetry.proto.collector.trace.v1.TraceService/Import", client.ApiKey));
        Assert.Equal("3", await GrpcStatusAsync(client, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", client.ApiKey, [0, 0, 0, 0, 9, 1]));
        Assert.Equal("0", await GrpcStatusAsync(client, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", client.ApiKey, [0, 0, 0, 0, 0]));
    }

    private static async Task<string> GrpcStatusAsync(DashboardClient client, string method, string key, byte[]? frame = null)
    {
        using var content = new ByteArrayContent(frame ?? [0, 0, 0, 0, 0]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(client.OtlpGrpc, method))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("x-otlp-api-key", key);
        using var response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return response.TrailingHeaders.GetValues("grpc-status").Single();
    }

    private static byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body);
        return packed.ToArray();
    }
}
