using GenAI.Contracts.Access;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access;

internal sealed class AccessOptionsValidator(GenAISettings settings, IConfiguration configuration) : IValidateOptions<AccessOptions>
{
    private static readonly TimeSpan LongestTicket = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestSync = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var errors = new List<string>();
        if (settings is { ApiAuthEnabled: false, Environment: GenAIEnvironment.Production } && !options.AllowAnonymousInProduction)
        {
            errors.Add("API_AUTH_ENABLED is 'false' in production, where anybody could use the GPUs; expected true, or "
                + $"{AccessOptions.Section}:AllowAnonymousInProduction=true where something in front of the gateway asks who is there.");
        }

        if (configuration[AccessOptions.AdminKeySetting] is { Length: > 0 } key && !ApiKeyFormat.IsWellFormed(key))
        {
            // Not the value: it is meant to be a secret.
            errors.Add($"{AccessOptions.AdminKeySetting} has {key.Length} characters and is no key; expected {ApiKeyFormat.Description}, "
                + "as `genai keys new` prints one.");
        }

        CheckTime(nameof(options.TicketLifetime), options.TicketLifetime, LongestTicket);
        CheckTime(nameof(options.SyncInterval), options.SyncInterval, LongestSync);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckTime(string member, TimeSpan value, TimeSpan longest)
        {
            if (value <= TimeSpan.Zero || value > longest)
                errors.Add($"{AccessOptions.Section}:{member} is {value}; expected more than zero and at most {longest}.");
        }
    }
}
