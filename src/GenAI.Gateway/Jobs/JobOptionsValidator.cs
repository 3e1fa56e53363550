using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Jobs;

internal sealed class JobOptionsValidator : IValidateOptions<JobOptions>
{
    public ValidateOptionsResult Validate(string? name, JobOptions options)
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Folder)) errors.Add($"{JobOptions.Section}:Folder is '{options.Folder}'; expected the path of a folder.");
        AtLeastOne(nameof(options.QueueLength), options.QueueLength);
        AtLeastOne(nameof(options.QueueLengthPerKey), options.QueueLengthPerKey);
        AtLeastOne(nameof(options.PayloadBytes), options.PayloadBytes);
        if (options.KeepCount < 0) errors.Add($"{JobOptions.Section}:KeepCount is {options.KeepCount}; expected at least 0.");
        if (options.KeepBytes < 0) errors.Add($"{JobOptions.Section}:KeepBytes is {options.KeepBytes}; expected at least 0.");
        Positive(nameof(options.QueueAge), options.QueueAge);
        Positive(nameof(options.QueueAgePerKey), options.QueueAgePerKey);
        Positive(nameof(options.KeepFor), options.KeepFor);
        if (!TimeLimits.Allow(options.CleanInterval))
            errors.Add($"{JobOptions.Section}:CleanInterval is {options.CleanInterval}; expected more than zero and at most {TimeLimits.Longest}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void AtLeastOne(string member, long value)
        {
            if (value < 1) errors.Add($"{JobOptions.Section}:{member} is {value}; expected at least 1.");
        }

        void Positive(string member, TimeSpan value)
        {
            if (value <= TimeSpan.Zero) errors.Add($"{JobOptions.Section}:{member} is {value}; expected more than zero.");
        }
    }
}
