namespace Aspire.Hosting;

/// <summary>How telemetry is sent. JSON is not here: the dashboard does not read it.</summary>
public enum OtlpProtocol
{
    /// <summary>OTLP over gRPC.</summary>
    Grpc,

    /// <summary>OTLP over HTTP with protobuf bodies.</summary>
    HttpProtobuf,
}
