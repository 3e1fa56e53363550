using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>Why a request was refused, for either way of asking (https://grpc.io/docs/guides/status-codes).</summary>
internal sealed record OtlpError(int HttpStatus, int GrpcStatus, string Text)
{
    public const int InvalidArgument = 3;
    public const int ResourceExhausted = 8;
    public const int Unimplemented = 12;

    private const int Unauthenticated = 16;

    public static OtlpError NoKey { get; } = new(
        StatusCodes.Status401Unauthorized,
        Unauthenticated,
        "The header x-otlp-api-key with the application's key is missing or wrong; a resource gets it in OTEL_EXPORTER_OTLP_HEADERS.");

    /// <summary>As OTLP over HTTP answers: a google.rpc.Status, code = 1 and message = 2.</summary>
    public byte[] Message()
    {
        var status = new ProtoWriter();
        status.Varint(1, (ulong)GrpcStatus);
        status.Text(2, Text);
        return status.ToArray();
    }
}
