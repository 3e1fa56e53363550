using GenAI.Scheduling.Dispatch;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

internal sealed class DispatchSettingsValidator : IValidateOptions<DispatchSettings>
{
    public ValidateOptionsResult Validate(string? name, DispatchSettings options)
    {
        var errors = new List<string>();
        if (options.MostDeaths < 1) errors.Add($"{DispatchSettings.Section}:MostDeaths is {options.MostDeaths}; expected at least 1.");
        Positive(nameof(options.HangLimit), options.HangLimit);
        Positive(nameof(options.UnreachableLimit), options.UnreachableLimit);
        Positive(nameof(options.AdoptionLimit), options.AdoptionLimit);
        Positive(nameof(options.UnableLimit), options.UnableLimit);
        Positive(nameof(options.InstanceDrainLimit), options.InstanceDrainLimit);
        Positive(nameof(options.CallLimit), options.CallLimit);
        Positive(nameof(options.AskInterval), options.AskInterval);
        Positive(nameof(options.ReviewInterval), options.ReviewInterval);
        Positive(nameof(options.Lease), options.Lease);
        NotNegative(nameof(options.DrainLimit), options.DrainLimit);
        NotNegative(nameof(options.Overlap), options.Overlap);
        try
        {
            _ = new DispatchPolicy(options.Policy);
        }
        catch (ArgumentException exception)
        {
            errors.Add($"{DispatchSettings.Section}:Policy: {exception.Message}");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Positive(string member, TimeSpan value)
        {
            if (!TimeLimits.Allow(value))
                errors.Add($"{DispatchSettings.Section}:{member} is {value}; expected more than zero and at most {TimeLimits.Longest}.");
        }

        void NotNegative(string member, TimeSpan value)
        {
            if (value < TimeSpan.Zero || value > TimeLimits.Longest)
                errors.Add($"{DispatchSettings.Section}:{member} is {value}; expected zero to {TimeLimits.Longest}.");
        }
    }
}
