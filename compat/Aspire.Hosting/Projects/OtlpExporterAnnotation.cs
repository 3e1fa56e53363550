namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resource sends telemetry, and is told where to.</summary>
public class OtlpExporterAnnotation : IResourceAnnotation
{
    /// <summary>What the resource can send; null when it can send anything.</summary>
    public OtlpProtocol? RequiredProtocol { get; init; }
}
