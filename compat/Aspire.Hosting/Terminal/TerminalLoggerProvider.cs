using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Terminal;

/// <summary>The AppHost's own log, as lines among its resources': the level is said from warnings on, the category left out.</summary>
internal sealed class TerminalLoggerProvider(TerminalWriter writer) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new TerminalLogger(writer);

    public void Dispose()
    {
        // The writer belongs to the process.
    }

    private sealed class TerminalLogger(TerminalWriter writer) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var (level, colour) = logLevel switch
            {
                LogLevel.Critical or LogLevel.Error => ("error: ", TerminalColours.Red),
                LogLevel.Warning => ("warning: ", TerminalColours.Yellow),
                _ => ("", null),
            };
            writer.WriteAppHost($"{level}{formatter(state, exception)}{(exception is null ? "" : Environment.NewLine + exception)}", colour);
        }
    }
}
