namespace GenAI.AppHost.Resources;

/// <summary>
/// Settings that cannot be used, all of them. Where nobody handles it the process ends with its message and exit code 1, without a stack
/// trace: it is for whoever set them, not a defect.
/// </summary>
internal sealed class WrongSettingsException : DistributedApplicationException
{
    private const int ExitCode = 1;

    static WrongSettingsException() => AppDomain.CurrentDomain.UnhandledException += (_, args) =>
    {
        if (args.ExceptionObject is not WrongSettingsException wrong) return;
        Console.Error.WriteLine(wrong.Message);
        Environment.Exit(ExitCode);
    };

    /// <param name="errors">Each a sentence: the setting, what was found and what is expected.</param>
    public WrongSettingsException(IEnumerable<string> errors)
        : base($"GenAI cannot start. Settings are not usable:{string.Concat(errors.Select(error => $"{Environment.NewLine}  - {error}"))}")
    {
    }
}
