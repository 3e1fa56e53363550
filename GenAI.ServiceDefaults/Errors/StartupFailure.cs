using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace GenAI.ServiceDefaults.Errors;

/// <summary>
/// Ends the process with one message on standard error and exit code 1, without a stack trace, when start-up fails for a reason
/// that whoever started it can mend: a bad setting or a port that is taken, not a bug.
/// </summary>
public static class StartupFailure
{
    public const int ExitCode = 1;

    private static readonly ConcurrentDictionary<Type, Func<Exception, bool>> Reported = new();

    static StartupFailure() => AppDomain.CurrentDomain.UnhandledException += (_, args) =>
    {
        if (args.ExceptionObject is not Exception exception || !IsReported(exception)) return;
        Console.Error.WriteLine(Message(exception));
        Environment.Exit(ExitCode);
    };

    /// <summary>
    /// From now on an exception of this very type that nobody handles is such a failure. Its message must be written for an
    /// operator: what was found and what was expected.
    /// </summary>
    /// <param name="when">Which exceptions of the type; all when null.</param>
    public static void Report<TException>(Func<TException, bool>? when = null) where TException : Exception =>
        Reported[typeof(TException)] = exception => when is null || when((TException)exception);

    private static bool IsReported(Exception exception) => exception is AggregateException all
        ? all.InnerExceptions.All(IsReported)
        : Reported.TryGetValue(exception.GetType(), out var when) && when(exception);

    private static string Message(Exception exception)
    {
        var all = exception is AggregateException aggregate ? aggregate.Flatten().InnerExceptions : [exception];
        var name = Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0]);
        var messages = all.SelectMany(one => one is OptionsValidationException options ? options.Failures : [one.Message]).Distinct().ToArray();
        return messages is [var only]
            ? $"{name} cannot start. {only}"
            : $"{name} cannot start:{string.Concat(messages.Select(message => $"{Environment.NewLine}  - {message}"))}";
    }
}
