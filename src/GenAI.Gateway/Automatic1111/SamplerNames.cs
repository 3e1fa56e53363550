namespace GenAI.Gateway.Automatic1111;

/// <summary>The samplers and schedules by the web UI's names and by ComfyUI's, which solve the same equations under different names.</summary>
internal static class SamplerNames
{
    /// <summary>Those that every engine of ours has.</summary>
    public static IReadOnlyList<NamedSampler> Samplers { get; } =
    [
        new("DPM++ 2M", "dpmpp_2m", "k_dpmpp_2m"),
        new("Euler a", "euler_ancestral", "k_euler_a"),
        new("Euler", "euler", "k_euler"),
        new("Heun", "heun", "k_heun"),
        new("DDIM", "ddim", "ddim"),
    ];

    /// <summary>The name, the label that requests use, and ComfyUI's name; null for the model's own choice.</summary>
    public static IReadOnlyList<NamedScheduler> Schedulers { get; } =
    [
        new("automatic", "Automatic", null),
        new("karras", "Karras", "karras"),
        new("exponential", "Exponential", "exponential"),
        new("sgm_uniform", "SGM Uniform", "sgm_uniform"),
        new("simple", "Simple", "simple"),
        new("normal", "Normal", "normal"),
        new("ddim", "DDIM", "ddim_uniform"),
        new("beta", "Beta", "beta"),
    ];

    /// <summary>
    /// By name or alias, without regard to case; older clients write the schedule behind the sampler: <c>DPM++ 2M Karras</c>. Null when it is none.
    /// </summary>
    public static (NamedSampler Sampler, NamedScheduler? Scheduler)? Find(string name)
    {
        if (Samplers.FirstOrDefault(known => known.Answers(name)) is { } sampler) return (sampler, null);
        foreach (var scheduler in Schedulers)
        {
            if (!name.EndsWith($" {scheduler.Label}", StringComparison.OrdinalIgnoreCase)) continue;
            var rest = name[..^(scheduler.Label.Length + 1)];
            if (Samplers.FirstOrDefault(known => known.Answers(rest)) is { } with) return (with, scheduler);
        }

        return null;
    }

    public static NamedScheduler? FindScheduler(string name) => Schedulers.FirstOrDefault(
        known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || known.Label.Equals(name, StringComparison.OrdinalIgnoreCase));
}

internal sealed record NamedSampler(string Name, string ComfyUI, string Alias)
{
    public bool Answers(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase) || Alias.Equals(name, StringComparison.OrdinalIgnoreCase);
}

internal sealed record NamedScheduler(string Name, string Label, string? ComfyUI);
