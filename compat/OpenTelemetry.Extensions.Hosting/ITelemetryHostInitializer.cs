namespace OpenTelemetry;

/// <summary>Builds the telemetry providers when the host starts. Register another one to replace the default.</summary>
public interface ITelemetryHostInitializer
{
    void Initialize();
}
