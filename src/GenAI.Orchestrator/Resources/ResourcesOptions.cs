using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Resources;

/// <summary><c>GenAI:Resources</c>: how the machine is looked at.</summary>
internal sealed class ResourcesOptions
{
    public const string Section = "GenAI:Resources";

    /// <summary>Between two samples; utilization and rates are averages over it.</summary>
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The program, by name or path.</summary>
    public string NvidiaSmi { get; set; } = "nvidia-smi";

    /// <summary>How long it may take. Without the driver's persistence mode the first call takes seconds.</summary>
    public TimeSpan NvidiaSmiTimeout { get; set; } = TimeSpan.FromSeconds(8);
}

internal sealed class ResourcesOptionsValidator : IValidateOptions<ResourcesOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, ResourcesOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.SampleInterval < Shortest || options.SampleInterval > Longest)
            result.AddError($"{ResourcesOptions.Section}:SampleInterval is {options.SampleInterval}; expected {Shortest} to {Longest}.");
        if (options.NvidiaSmiTimeout < Shortest || options.NvidiaSmiTimeout > Longest)
            result.AddError($"{ResourcesOptions.Section}:NvidiaSmiTimeout is {options.NvidiaSmiTimeout}; expected {Shortest} to {Longest}.");
        if (string.IsNullOrWhiteSpace(options.NvidiaSmi))
            result.AddError($"{ResourcesOptions.Section}:NvidiaSmi is empty; expected the name or path of the program.");
        return result.Build();
    }
}
