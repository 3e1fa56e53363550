using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI;

internal sealed class OpenAIOptionsValidator : IValidateOptions<OpenAIOptions>
{
    private const int ShortestSecret = 32;

    public ValidateOptionsResult Validate(string? name, OpenAIOptions options)
    {
        var errors = new List<string>();
        if (!TimeLimits.Allow(options.ImageLifetime))
            errors.Add($"{OpenAIOptions.Section}:ImageLifetime is '{options.ImageLifetime}'; expected more than zero and at most {TimeLimits.Longest}.");
        if (options.ResponseFormat is not ("b64_json" or "url"))
            errors.Add($"{OpenAIOptions.Section}:ResponseFormat is '{options.ResponseFormat}'; expected b64_json or url.");
        if (options.PublicUrl is not (null or { IsAbsoluteUri: true, Scheme: "http" or "https" }))
            errors.Add($"{OpenAIOptions.Section}:PublicUrl is '{options.PublicUrl}'; expected an absolute http or https address.");
        // Not the value: it is meant to be a secret.
        if (options.UrlSecret is { Length: < ShortestSecret } secret)
            errors.Add($"{OpenAIOptions.Section}:UrlSecret has {secret.Length} characters; expected at least {ShortestSecret}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
