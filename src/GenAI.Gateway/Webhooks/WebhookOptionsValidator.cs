using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Webhooks;

internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    private const int ShortestSecret = 32;

    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var errors = new List<string>();
        CheckTime(nameof(options.Timeout), options.Timeout);
        CheckTime(nameof(options.FirstPause), options.FirstPause);
        CheckTime(nameof(options.GiveUpAfter), options.GiveUpAfter);
        if (options.LongestPause < options.FirstPause || !TimeLimits.Allow(options.LongestPause))
            errors.Add($"{WebhookOptions.Section}:LongestPause is {options.LongestPause}; expected FirstPause ({options.FirstPause}) to {TimeLimits.Longest}.");
        if (options.Concurrency is < 1 or > 1000) errors.Add($"{WebhookOptions.Section}:Concurrency is {options.Concurrency}; expected 1 to 1000.");
        // Not the value: it is meant to be a secret.
        if (options.Secret is { Length: < ShortestSecret } secret)
            errors.Add($"{WebhookOptions.Section}:Secret has {secret.Length} characters; expected at least {ShortestSecret}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckTime(string member, TimeSpan value)
        {
            if (!TimeLimits.Allow(value)) errors.Add($"{WebhookOptions.Section}:{member} is {value}; expected more than zero and at most {TimeLimits.Longest}.");
        }
    }
}
