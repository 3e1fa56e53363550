namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resource sends telemetry, and is told where to.</summary>
public class OtlpExporterAnnotation : IResourceAnnotation;
