using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GenAI.AppHost.Tests;

/// <summary>Keeps the lines that an AppHost logs.</summary>
internal sealed class LineCollector : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));

    public void Dispose()
    {
        // The lines are read after the application has ended, too.
    }
}
