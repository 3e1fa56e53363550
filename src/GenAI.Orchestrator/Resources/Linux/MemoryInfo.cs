namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>The machine's memory in bytes, from <c>/proc/meminfo</c>.</summary>
internal sealed record MemoryInfo(long Total, long Available, long SwapTotal, long SwapFree)
{
    /// <summary>
    /// Reads lines such as <c>MemTotal:       24684092 kB</c> (proc_meminfo(5)). Kernels before 3.14 have no <c>MemAvailable</c>;
    /// free memory and the page cache stand for it there.
    /// </summary>
    /// <returns>Null when the text is not that.</returns>
    public static MemoryInfo? Parse(string text)
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && KiloBytes(line.AsSpan(colon + 1)) is { } kilobytes) values[line[..colon]] = kilobytes * 1024;
        }

        if (!values.TryGetValue("MemTotal", out var total) || !values.TryGetValue("MemFree", out var free)) return null;
        var available = values.TryGetValue("MemAvailable", out var known)
            ? known
            : free + values.GetValueOrDefault("Buffers") + values.GetValueOrDefault("Cached");
        return new MemoryInfo(total, Math.Min(available, total), values.GetValueOrDefault("SwapTotal"), values.GetValueOrDefault("SwapFree"));
    }

    private static long? KiloBytes(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.EndsWith(" kB", StringComparison.Ordinal)) text = text[..^3];
        return KernelNumber.Parse(text);
    }
}
