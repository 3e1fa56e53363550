using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access.Limits;

internal sealed class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>
{
    public ValidateOptionsResult Validate(string? name, ConnectionOptions options)
    {
        var errors = new List<string>();
        Check(nameof(options.MaxConnections), options.MaxConnections, 1, 1_000_000);
        Check(nameof(options.MaxWebSockets), options.MaxWebSockets, 1, 1_000_000);
        Check(nameof(options.MaxHeaders), options.MaxHeaders, 10, 10_000);
        Check(nameof(options.MaxHeaderBytes), options.MaxHeaderBytes, 1 << 10, 1 << 20);
        Check(nameof(options.MaxRequestLineBytes), options.MaxRequestLineBytes, 256, 1 << 20);
        Check(nameof(options.MinBytesPerSecond), options.MinBytesPerSecond, 1, 1 << 20);
        CheckTime(nameof(options.HeadersTimeout), options.HeadersTimeout);
        CheckTime(nameof(options.KeepAliveTimeout), options.KeepAliveTimeout);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string member, double value, double least, double most)
        {
            if (!(value >= least && value <= most))
                errors.Add(FormattableString.Invariant($"{ConnectionOptions.Section}:{member} is {value}; expected {least} to {most}."));
        }

        void CheckTime(string member, TimeSpan value)
        {
            if (!TimeLimits.Allow(value))
                errors.Add($"{ConnectionOptions.Section}:{member} is {value}; expected more than zero and at most {TimeLimits.Longest}.");
        }
    }
}
