using System.Globalization;
using GenAI.Contracts.Resources;

namespace GenAI.Orchestrator.Resources.Nvidia;

/// <summary>
/// Reads what <c>nvidia-smi --query-gpu=… --format=csv,noheader,nounits</c> prints:
/// <code>
/// 0, GPU-5ed1ae14-07b5-4cb1-b6e3-8fb2ee2b0bb5, NVIDIA H100 80GB HBM3, 550.90.07, 87, 81559, 64012, 61, 512.34, 700.00
/// 1, GPU-17bd3c27-43c3-bde8-1fb4-0d2e6a3d0a54, NVIDIA A100-SXM4-40GB, 470.42.01, [N/A], 40536, 12088, 33, 87.10, 400.00
/// </code>
/// The second is divided by MIG and has no utilization of its own. In place of a value a driver may print <c>[N/A]</c>,
/// <c>[Not Supported]</c> (before 470), <c>N/A</c>, <c>[Unknown Error]</c>, <c>[GPU is lost]</c>, <c>[GPU requires reset]</c> or
/// <c>[Insufficient Permissions]</c>: whatever is not a number is no reading. A line that is not a GPU is a problem in the driver's words,
/// such as <c>No devices were found</c>.
/// </summary>
internal static class NvidiaSmiOutput
{
    /// <summary>The fields asked for, in order; each has been there since the first drivers that print CSV.</summary>
    public const string Query =
        "index,uuid,name,driver_version,utilization.gpu,memory.total,memory.used,temperature.gpu,power.draw,power.limit";

    private const long MebiByte = 1024 * 1024;
    private const int MaxProblems = 8;
    private const int MaxProblemLength = 300;

    public static GpuReport Parse(string output)
    {
        var gpus = new List<GpuUsage>();
        var problems = new List<string>();
        foreach (var line in output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Gpu(line.Split(',', StringSplitOptions.TrimEntries)) is { } gpu) gpus.Add(gpu);
            else if (problems.Count < MaxProblems) problems.Add($"gpu: nvidia-smi says: {(line.Length > MaxProblemLength ? line[..MaxProblemLength] : line)}");
        }

        return new GpuReport([.. gpus.OrderBy(gpu => gpu.Index)], [.. problems]);
    }

    private static GpuUsage? Gpu(string[] fields)
    {
        if (fields is not [var index, var uuid, var name, var driver, var utilization, var total, var used, var temperature, var power, var limit]
            || !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;

        return new GpuUsage
        {
            Index = number,
            // A card that has fallen off the bus may not tell even this; its place then stands for it.
            Uuid = Text(uuid) ?? $"index-{number}",
            Name = Text(name) ?? "unknown",
            DriverVersion = Text(driver),
            Utilization = Number(utilization) is { } percent ? Math.Min(percent / 100, 1) : null,
            MemoryTotalBytes = Bytes(total),
            MemoryUsedBytes = Bytes(used),
            TemperatureCelsius = Number(temperature),
            PowerWatts = Number(power),
            PowerLimitWatts = Number(limit),
        };
    }

    private static long? Bytes(string mebibytes) => Number(mebibytes) is { } number ? (long)(number * MebiByte) : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Text(string text) => text is "" or "N/A" || text.StartsWith('[') ? null : text;
}
