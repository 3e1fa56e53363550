using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery.Resolution;

internal sealed class ServiceDiscoveryOptionsValidator : IValidateOptions<ServiceDiscoveryOptions>
{
    public ValidateOptionsResult Validate(string? name, ServiceDiscoveryOptions options) => options.AllowedSchemes is null
        ? ValidateOptionsResult.Fail($"{nameof(options.AllowedSchemes)} is null; expected a list, empty when every scheme is allowed.")
        : ValidateOptionsResult.Success;
}

internal sealed class ConfigurationServiceEndpointProviderOptionsValidator : IValidateOptions<ConfigurationServiceEndpointProviderOptions>
{
    public ValidateOptionsResult Validate(string? name, ConfigurationServiceEndpointProviderOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.SectionName))
            errors.AddError($"{nameof(options.SectionName)} is '{options.SectionName}'; expected the name of a configuration section.");
        if (options.ShouldApplyHostNameMetadata is null)
            errors.AddError($"{nameof(options.ShouldApplyHostNameMetadata)} is null; expected a function.");
        return errors.Build();
    }
}
