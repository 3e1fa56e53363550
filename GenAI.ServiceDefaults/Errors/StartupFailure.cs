using System.Collections.Concurrent;

namespace GenAI.ServiceDefaults.Errors;

/// <summary>
/// Ends the process with one message on standard error and exit code 1, without a stack trace, when start-up fails for a reason
/// that whoever started it can mend: a bad setting, not a bug.
/// </summary>
public static class StartupFailure
{
    public const int ExitCode = 1;

    private static readonly ConcurrentDictionary<Type, bool> Reported = new();

    static StartupFailure() => AppDomain.CurrentDomain.UnhandledException += (_, args) =>
    {
        if (args.ExceptionObject is not Exception exception || !IsReported(exception)) return;
        Console.Error.WriteLine(Message(exception));
        Environment.Exit(ExitCode);
    };

    /// <summary>
    /// From now on an exception of this type that nobody handles is such a failure. Its message must be written for an operator:
    /// what was found and what was expected.
    /// </summary>
    public static void Report<TException>() where TException : Exception => Reported[typeof(TException)] = true;

    private static bool IsReported(Exception exception) => exception is AggregateException all
        ? all.InnerExceptions.All(IsReported)
        : Reported.ContainsKey(exception.GetType());

    private static string Message(Exception exception)
    {
        var all = exception is AggregateException aggregate ? aggregate.Flatten().InnerExceptions : [exception];
        var name = Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0]);
        return $"{name} cannot start. {string.Join(Environment.NewLine, all.Select(one => one.Message))}";
    }
}
