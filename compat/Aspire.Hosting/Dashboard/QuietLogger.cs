using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard's own server writes among the resources' lines only what is wrong.</summary>
internal sealed class QuietLogger<T>(ILoggerFactory loggers) : ILogger<T>
{
    private readonly ILogger _logger = loggers.CreateLogger($"Aspire.Hosting.Dashboard.{typeof(T).Name}");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && _logger.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _logger.Log(logLevel, eventId, state, exception, formatter);
    }
}
