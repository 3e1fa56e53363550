namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>
/// The noise levels that a run steps through, by the names of ComfyUI's lists (comfy/samplers.py). Each gives descending σ
/// with a final 0; "ddim_uniform" and "beta" can give a step more or fewer than asked, as they do there.
/// </summary>
internal static class Schedulers
{
    /// <summary>Of the polynomial spacing; Karras et al. 2022 (arXiv 2206.00364), equation 5.</summary>
    private const double KarrasRho = 7;

    private static readonly OrderedDictionary<string, Func<NoiseSchedule, int, double[]>> ByName = new(StringComparer.Ordinal)
    {
        ["simple"] = Simple,
        ["sgm_uniform"] = (schedule, steps) => Uniform(schedule, steps, steps),
        ["karras"] = Karras,
        ["exponential"] = Exponential,
        ["ddim_uniform"] = DdimUniform,
        ["beta"] = Beta,
        ["normal"] = (schedule, steps) => Uniform(schedule, steps, steps - 1),
    };

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="schedule">The model's noise levels.</param>
    /// <param name="steps">Evaluations wanted.</param>
    /// <param name="denoise">
    /// 0..1: only this last part of a proportionally longer schedule is returned, so that the step count stays; 0 gives none.
    /// </param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static double[] Sigmas(string name, NoiseSchedule schedule, int steps, double denoise = 1)
    {
        if (!ByName.TryGetValue(name, out var sigmas))
            throw new ArgumentException($"Unknown scheduler '{name}'; known: {string.Join(", ", Names)}.", nameof(name));

        ArgumentOutOfRangeException.ThrowIfLessThan(steps, ImagingLimits.MinSteps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, ImagingLimits.MaxSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(denoise);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(denoise, 1);

        const double full = 0.9999;
        if (denoise > full)
            return sigmas(schedule, steps);

        // Fewer steps than timesteps: below steps/1000 the longer schedule would need levels that do not exist.
        var longer = (int)Math.Min(steps / denoise, schedule.Count);
        return denoise == 0 ? [] : [.. sigmas(schedule, longer).TakeLast(steps + 1)];
    }

    private static double[] Simple(NoiseSchedule schedule, int steps)
    {
        var stride = (double)schedule.Count / steps;
        return [.. Range(steps).Select(i => schedule[schedule.Count - 1 - (int)(i * stride)]), 0];
    }

    private static double[] Uniform(NoiseSchedule schedule, int steps, int intervals)
    {
        var stride = (schedule.Count - 1.0) / Math.Max(intervals, 1);
        return [.. Range(steps).Select(i => schedule.SigmaAt(schedule.Count - 1 - i * stride)), 0];
    }

    private static double[] DdimUniform(NoiseSchedule schedule, int steps)
    {
        var stride = Math.Max(schedule.Count / steps, 1);
        var ascending = new List<double> { 0 };
        for (var timestep = 1; timestep < schedule.Count; timestep += stride)
            ascending.Add(schedule[timestep]);
        ascending.Reverse();
        return [.. ascending];
    }

    private static double[] Karras(NoiseSchedule schedule, int steps)
    {
        var (max, min) = (Math.Pow(schedule.SigmaMax, 1 / KarrasRho), Math.Pow(schedule.SigmaMin, 1 / KarrasRho));
        return [.. Ramp(steps).Select(ramp => Math.Pow(double.Lerp(max, min, ramp), KarrasRho)), 0];
    }

    private static double[] Exponential(NoiseSchedule schedule, int steps)
    {
        var (max, min) = (Math.Log(schedule.SigmaMax), Math.Log(schedule.SigmaMin));
        return [.. Ramp(steps).Select(ramp => Math.Exp(double.Lerp(max, min, ramp))), 0];
    }

    /// <summary>Timesteps at the quantiles of Beta(0.6, 0.6): dense at both ends (Lee et al. 2024, arXiv 2407.12173).</summary>
    private static double[] Beta(NoiseSchedule schedule, int steps)
    {
        const double shape = 0.6;
        var timesteps = Range(steps)
            .Select(i => (int)Math.Round(SymmetricBeta.Quantile(1 - (double)i / steps, shape) * (schedule.Count - 1)))
            .Distinct();
        return [.. timesteps.Select(timestep => schedule[timestep]), 0];
    }

    private static IEnumerable<int> Range(int steps) => Enumerable.Range(0, steps);

    private static IEnumerable<double> Ramp(int steps) => Range(steps).Select(i => i / Math.Max(steps - 1.0, 1));
}
