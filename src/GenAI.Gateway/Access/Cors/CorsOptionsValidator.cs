using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access.Cors;

internal sealed class CorsOptionsValidator : IValidateOptions<CorsOptions>
{
    public const string Any = "*";
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, CorsOptions options)
    {
        var errors = options.Origins.Where(origin => origin != Any && !IsOrigin(origin))
            .Select(origin => $"{CorsOptions.Section}:Origins has '{origin}'; expected a scheme and a host, as https://studio.example.org, without a path or a slash at the end.")
            .ToList();
        if (options.Origins.Contains(Any) && options.Origins.Length > 1)
            errors.Add($"{CorsOptions.Section}:Origins has '*' and {options.Origins.Length - 1} more; expected '*' alone, or origins without it.");
        if (options.MaxAge < TimeSpan.Zero || options.MaxAge > LongestAge)
            errors.Add($"{CorsOptions.Section}:MaxAge is {options.MaxAge}; expected zero to {LongestAge}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (uri.Scheme is "http" or "https")
        && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase)
        && uri.UserInfo.Length == 0;
}
