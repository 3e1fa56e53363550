using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Retries;

internal sealed class RetryOptionsValidator : IValidateOptions<RetryOptions>
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, RetryOptions options)
    {
        var errors = new List<string>();
        if (options.Share is not (>= 0 and <= 1)) errors.Add($"{RetryOptions.Section}:Share is {options.Share}; expected 0 to 1.");
        if (options.Floor < 0) errors.Add($"{RetryOptions.Section}:Floor is {options.Floor}; expected at least 0.");
        if (options.Window < ShortestWindow || options.Window > TimeLimits.Longest)
            errors.Add($"{RetryOptions.Section}:Window is {options.Window}; expected {ShortestWindow} to {TimeLimits.Longest}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
