using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing;

internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var errors = new List<string>();
        if (options.MaxRequestBodyBytes <= 0)
            errors.Add($"{GatewayOptions.Section}:MaxRequestBodyBytes is {options.MaxRequestBodyBytes}; expected at least 1.");
        CheckTime(nameof(options.ActivityTimeout), options.ActivityTimeout);
        CheckTime(nameof(options.WebSocketIdleTimeout), options.WebSocketIdleTimeout);
        CheckTime(nameof(options.ConnectTimeout), options.ConnectTimeout);
        CheckTime(nameof(options.RetryAfter), options.RetryAfter);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckTime(string member, TimeSpan value)
        {
            if (!TimeLimits.Allow(value))
                errors.Add($"{GatewayOptions.Section}:{member} is {value}; expected more than zero and at most {TimeLimits.Longest}.");
        }
    }
}
