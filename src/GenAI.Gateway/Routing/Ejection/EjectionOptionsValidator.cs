using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Ejection;

internal sealed class EjectionOptionsValidator : IValidateOptions<EjectionOptions>
{
    public ValidateOptionsResult Validate(string? name, EjectionOptions options)
    {
        var errors = new List<string>();
        if (options.ConsecutiveErrors < 1)
            errors.Add($"{EjectionOptions.Section}:ConsecutiveErrors is {options.ConsecutiveErrors}; expected at least 1.");
        if (options.BaseDuration <= TimeSpan.Zero)
            errors.Add($"{EjectionOptions.Section}:BaseDuration is {options.BaseDuration}; expected more than zero.");
        if (options.MaxDuration < options.BaseDuration || options.MaxDuration > TimeLimits.Longest)
        {
            errors.Add($"{EjectionOptions.Section}:MaxDuration is {options.MaxDuration}; "
                + $"expected at least BaseDuration, {options.BaseDuration}, and at most {TimeLimits.Longest}.");
        }

        if (options.MaxEjectedShare is not (>= 0 and <= 1))
            errors.Add($"{EjectionOptions.Section}:MaxEjectedShare is {options.MaxEjectedShare}; expected 0 to 1.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
