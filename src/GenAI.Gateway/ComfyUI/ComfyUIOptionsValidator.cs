using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI;

internal sealed class ComfyUIOptionsValidator : IValidateOptions<ComfyUIOptions>
{
    private const int MostListedJobs = 1000;

    public ValidateOptionsResult Validate(string? name, ComfyUIOptions options)
    {
        var errors = new List<string>();
        Positive(nameof(options.MaxJsonBytes), options.MaxJsonBytes);
        Positive(nameof(options.MaxNodes), options.MaxNodes);
        Positive(nameof(options.MaxListedJobs), options.MaxListedJobs);
        if (options.MaxListedJobs > MostListedJobs)
            errors.Add($"{ComfyUIOptions.Section}:MaxListedJobs is {options.MaxListedJobs}; expected at most {MostListedJobs}.");
        Positive(nameof(options.MaxListedBytes), options.MaxListedBytes);
        Time(nameof(options.CapabilityInterval), options.CapabilityInterval);
        Time(nameof(options.InstanceTimeout), options.InstanceTimeout);

        Positive("Uploads:MaxFileBytes", options.Uploads.MaxFileBytes);
        Positive("Uploads:MaxFiles", options.Uploads.MaxFiles);
        Positive("Uploads:MaxBytes", options.Uploads.MaxBytes);

        var sockets = options.Sockets;
        Positive("Sockets:MaxConnections", sockets.MaxConnections);
        Positive("Sockets:MaxConnectionsPerKey", sockets.MaxConnectionsPerKey);
        Positive("Sockets:MaxMessageBytes", sockets.MaxMessageBytes);
        Positive("Sockets:QueuedMessages", sockets.QueuedMessages);
        Positive("Sockets:QueuedBytes", sockets.QueuedBytes);
        Positive("Sockets:MaxAbsentSessions", sockets.MaxAbsentSessions);
        Positive("Sockets:MissedEnds", sockets.MissedEnds);
        Time("Sockets:StatusInterval", sockets.StatusInterval);
        Time("Sockets:SendTimeout", sockets.SendTimeout);
        Time("Sockets:PingInterval", sockets.PingInterval);
        Time("Sockets:PingTimeout", sockets.PingTimeout);
        Time("Sockets:SuccessPatience", sockets.SuccessPatience);
        Time("Sockets:ResumeTime", sockets.ResumeTime);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Positive(string member, long value)
        {
            if (value <= 0) errors.Add($"{ComfyUIOptions.Section}:{member} is {value}; expected at least 1.");
        }

        void Time(string member, TimeSpan value)
        {
            if (!TimeLimits.Allow(value))
                errors.Add($"{ComfyUIOptions.Section}:{member} is {value}; expected more than zero and at most {TimeLimits.Longest}.");
        }
    }
}
