using System.Diagnostics.Metrics;
using GenAI.Contracts.Resources;

namespace GenAI.Orchestrator.Resources;

/// <summary>
/// The GPUs of the last sample, named by OpenTelemetry's semantic conventions for hardware
/// (https://opentelemetry.io/docs/specs/semconv/hardware/gpu/). A value that a GPU does not report is not measured.
/// </summary>
internal sealed class ResourceMetrics
{
    private readonly ResourceBoard _board;
    private readonly Counter<long> _loopErrors;

    public ResourceMetrics(IMeterFactory meters, ResourceBoard board)
    {
        _board = board;
        var meter = meters.Create("GenAI.Orchestrator");
        _loopErrors = meter.CreateCounter<long>("genai_resource_loop_errors", description: "Errors in the loop that samples the machine.");
        meter.CreateObservableGauge(
            "hw.gpu.utilization", () => Measure(gpu => gpu.Utilization), "1", "Fraction of time in which a kernel ran on the GPU.");
        meter.CreateObservableUpDownCounter("hw.gpu.memory.usage", () => Measure(gpu => gpu.MemoryUsedBytes), "By", "GPU memory used.");
        meter.CreateObservableUpDownCounter("hw.gpu.memory.limit", () => Measure(gpu => gpu.MemoryTotalBytes), "By", "Size of the GPU memory.");
        meter.CreateObservableGauge("hw.gpu.memory.utilization", () => Measure(MemoryUtilization), "1", "Fraction of GPU memory used.");
        meter.CreateObservableGauge("hw.temperature", () => Measure(gpu => gpu.TemperatureCelsius), "Cel", "Temperature of the GPU.");
        meter.CreateObservableGauge("hw.power", () => Measure(gpu => gpu.PowerWatts), "W", "Power that the GPU draws.");
    }

    public void LoopFailed() => _loopErrors.Add(1);

    private static double? MemoryUtilization(GpuUsage gpu) =>
        gpu.MemoryTotalBytes > 0 ? (double?)gpu.MemoryUsedBytes / gpu.MemoryTotalBytes : null;

    private IEnumerable<Measurement<T>> Measure<T>(Func<GpuUsage, T?> read) where T : struct
    {
        foreach (var gpu in _board.Latest?.Gpus ?? [])
        {
            if (read(gpu) is { } value)
                yield return new Measurement<T>(
                    value,
                    new("hw.id", gpu.Uuid),
                    new("hw.type", "gpu"),
                    new("hw.name", gpu.Index.ToString()),
                    new("hw.model", gpu.Name),
                    new("hw.vendor", "NVIDIA"));
        }
    }
}
