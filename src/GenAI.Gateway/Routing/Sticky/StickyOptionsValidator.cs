using System.Buffers;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Sticky;

internal sealed class StickyOptionsValidator : IValidateOptions<StickyOptions>
{
    // A header's name is a token (RFC 9110, 5.6.2).
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public ValidateOptionsResult Validate(string? name, StickyOptions options)
    {
        var errors = new List<string>();
        CheckBy("By", options.By);
        foreach (var (model, by) in options.Models) CheckBy($"Models:{model}", by);
        if (options.Header is not { Length: > 0 } header || header.AsSpan().ContainsAnyExcept(Token))
            errors.Add($"{StickyOptions.Section}:Header is '{options.Header}'; expected the name of a header, such as X-Session-Id.");
        if (options.LoadFactor is not (>= 1 and <= 1000)) errors.Add($"{StickyOptions.Section}:LoadFactor is {options.LoadFactor}; expected 1 to 1000.");
        if (options.LoadFloor < 1) errors.Add($"{StickyOptions.Section}:LoadFloor is {options.LoadFloor}; expected at least 1.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckBy(string member, string by)
        {
            if (StickyRules.Parse(by) is null)
                errors.Add($"{StickyOptions.Section}:{member} is '{by}'; expected {string.Join(", ", Enum.GetNames<StickyBy>()).ToLowerInvariant()}.");
        }
    }
}
