using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Snapshots;

internal sealed class OrchestratorOptionsValidator : IValidateOptions<OrchestratorOptions>
{
    public ValidateOptionsResult Validate(string? name, OrchestratorOptions options)
    {
        var errors = new List<string>();
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            errors.Add($"{OrchestratorOptions.Section}:Url is '{options.Url}'; "
                + "expected an absolute http or https address such as http://localhost:8193.");
        }

        if (!TimeLimits.Allow(options.WatchIdleTimeout))
        {
            errors.Add($"{OrchestratorOptions.Section}:WatchIdleTimeout is {options.WatchIdleTimeout}; "
                + $"expected more than zero and at most {TimeLimits.Longest}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
