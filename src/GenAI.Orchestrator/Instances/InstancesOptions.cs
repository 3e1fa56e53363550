using GenAI.Contracts.Models;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Instances;

/// <summary><c>GenAI:Instances</c>: how the snapshot reaches those who watch it.</summary>
internal sealed class InstancesOptions
{
    public const string Section = "GenAI:Instances";

    /// <summary>Changes of load and queue length alone make at most one snapshot in this time.</summary>
    public TimeSpan LoadInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A comment goes to a watcher when nothing else did for this long, so that proxies keep its connection.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How many may watch at once; the next is refused.</summary>
    public int MaxWatchers { get; set; } = 64;
}

/// <summary>The options and the models themselves, so that whoever starts the service learns of all that is wrong at once.</summary>
internal sealed class InstancesOptionsValidator(IConfiguration configuration) : IValidateOptions<InstancesOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, InstancesOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.LoadInterval < TimeSpan.Zero || options.LoadInterval > Longest)
            result.AddError($"{InstancesOptions.Section}:LoadInterval is {options.LoadInterval}; expected 0 to {Longest}.");
        if (options.HeartbeatInterval <= TimeSpan.Zero || options.HeartbeatInterval > Longest)
            result.AddError($"{InstancesOptions.Section}:HeartbeatInterval is {options.HeartbeatInterval}; expected more than 0 and up to {Longest}.");
        if (options.MaxWatchers is < 1 or > 10_000)
            result.AddError($"{InstancesOptions.Section}:MaxWatchers is {options.MaxWatchers}; expected 1 to 10000.");
        AddModelErrors(result);
        return result.Build();
    }

    private void AddModelErrors(ValidateOptionsResultBuilder result)
    {
        try
        {
            ModelCatalog.Read(configuration);
        }
        catch (ModelCatalogException exception)
        {
            foreach (var error in exception.Errors) result.AddError(error);
        }
    }
}
