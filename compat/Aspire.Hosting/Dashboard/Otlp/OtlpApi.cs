using System.Globalization;
using Aspire.Hosting.Dashboard.Access;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>
/// Where telemetry comes in: OTLP over gRPC and over HTTP with protobuf, on the same addresses.
/// <c>POST /v1/traces|logs|metrics</c>, <c>POST /opentelemetry.proto.collector.trace.v1.TraceService/Export</c> and its like.
/// </summary>
internal sealed class OtlpApi(OtlpReceiver receiver, ApiKey apiKey)
{
    private const string Protobuf = "application/x-protobuf";
    private const string Grpc = "application/grpc";

    private static readonly Dictionary<string, OtlpSignal> HttpPaths = new(StringComparer.Ordinal)
    {
        ["/v1/traces"] = OtlpSignal.Traces,
        ["/v1/logs"] = OtlpSignal.Logs,
        ["/v1/metrics"] = OtlpSignal.Metrics,
    };

    private static readonly Dictionary<string, OtlpSignal> GrpcPaths = new(StringComparer.Ordinal)
    {
        ["/opentelemetry.proto.collector.trace.v1.TraceService/Export"] = OtlpSignal.Traces,
        ["/opentelemetry.proto.collector.logs.v1.LogsService/Export"] = OtlpSignal.Logs,
        ["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"] = OtlpSignal.Metrics,
    };

    public Task HandleAsync(HttpContext context)
        => context.Request.ContentType?.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) == true ? HandleGrpcAsync(context) : HandleHttpAsync(context);

    private async Task HandleHttpAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        OtlpError? error = null;
        byte[] answer = [];
        if (!HttpPaths.TryGetValue(request.Path, out var signal))
            error = new(StatusCodes.Status404NotFound, OtlpError.Unimplemented, $"There is nothing at '{request.Path}'. Telemetry goes to {string.Join(", ", HttpPaths.Keys)}.");
        else if (!HttpMethods.IsPost(request.Method))
            error = new(StatusCodes.Status405MethodNotAllowed, OtlpError.Unimplemented, $"'{request.Path}' takes POST, not {request.Method}.");
        else if (!apiKey.IsIn(request))
            error = OtlpError.NoKey;
        else if (request.ContentType?.Split(';')[0].Trim() != Protobuf)
            error = new(StatusCodes.Status415UnsupportedMediaType, OtlpError.InvalidArgument, $"The content type is '{request.ContentType}'; {Protobuf} was expected.");
        else if (request.Headers.ContentEncoding.ToString() is not ("" or "identity" or "gzip") and var encoding)
            error = new(StatusCodes.Status415UnsupportedMediaType, OtlpError.InvalidArgument, $"The content encoding is '{encoding}'; gzip or none was expected.");
        else
            (error, answer) = await ReceiveAsync(signal, () => LimitedBody.ReadAsync(request.Body, request.Headers.ContentEncoding == "gzip", context.RequestAborted));

        if (error is not null)
            answer = error.Message();
        response.StatusCode = error?.HttpStatus ?? StatusCodes.Status200OK;
        response.ContentType = Protobuf;
        response.ContentLength = answer.Length;
        await response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private async Task HandleGrpcAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        OtlpError? error;
        byte[] answer = [];
        if (!GrpcPaths.TryGetValue(request.Path, out var signal))
            error = new(StatusCodes.Status404NotFound, OtlpError.Unimplemented, $"There is no method '{request.Path}'.");
        else if (!apiKey.IsIn(request))
            error = OtlpError.NoKey;
        else
            (error, answer) = await ReceiveAsync(signal, () => LimitedBody.ReadGrpcAsync(request.Body, request.Headers["grpc-encoding"] == "gzip", context.RequestAborted));

        response.ContentType = Grpc;
        if (error is null)
        {
            var frame = new byte[LimitedBody.GrpcHeaderBytes + answer.Length];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), answer.Length);
            answer.CopyTo(frame, LimitedBody.GrpcHeaderBytes);
            await response.Body.WriteAsync(frame, context.RequestAborted);
        }

        response.AppendTrailer("grpc-status", (error?.GrpcStatus ?? 0).ToString(CultureInfo.InvariantCulture));
        if (error is not null)
            response.AppendTrailer("grpc-message", Uri.EscapeDataString(error.Text));
    }

    private async Task<(OtlpError? Error, byte[] Answer)> ReceiveAsync(OtlpSignal signal, Func<Task<ReadOnlyMemory<byte>>> read)
    {
        try
        {
            var request = await read();
            return (null, receiver.Receive(signal, request.Span));
        }
        catch (RequestTooLargeException tooLarge)
        {
            return (new(StatusCodes.Status413PayloadTooLarge, OtlpError.ResourceExhausted, tooLarge.Message), []);
        }
        catch (InvalidDataException malformed)
        {
            return (new(StatusCodes.Status400BadRequest, OtlpError.InvalidArgument, malformed.Message), []);
        }
    }
}
