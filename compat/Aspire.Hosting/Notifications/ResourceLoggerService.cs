using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A line that a resource has written, numbered from 1.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>What each resource writes: kept (the last <see cref="MaxBacklogLines"/> lines), and watched by those who ask.</summary>
public class ResourceLoggerService : IDisposable
{
    private const int MaxBacklogLines = 10_000;

    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(ResourceNames.Comparer);

    /// <summary>Raised for each line, in the order of writing per resource; must not block.</summary>
    internal event EventHandler<ResourceLogEntry>? LineWritten;

    /// <summary>A logger whose lines are the resource's.</summary>
    public ILogger GetLogger(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new ResourceLogger(level => level != LogLevel.None, (level, line) => Append(resource, resource.Name, line, level >= LogLevel.Error));
    }

    public ILogger GetLogger(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        return new ResourceLogger(level => level != LogLevel.None, (level, line) => Log(resourceName).Append(line, level >= LogLevel.Error));
    }

    /// <summary>What was written so far and all that follows, in batches, until <see cref="Complete(IResource)"/>.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return WatchAsync(resource.Name);
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        return Log(resourceName).WatchAsync();
    }

    /// <summary>What was written so far.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return GetAllAsync(resource.Name);
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        await Task.CompletedTask;
        if (Log(resourceName).Snapshot() is { Count: > 0 } lines)
            yield return lines;
    }

    public void Complete(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        Complete(resource.Name);
    }

    public void Complete(string name) => Log(name).Complete();

    public void ClearBacklog(string resourceName) => Log(resourceName).Clear();

    public void Dispose()
    {
        foreach (var log in _logs.Values)
            log.Complete();
        GC.SuppressFinalize(this);
    }

    /// <summary>A line of an instance: it belongs to the instance's log and to the resource's.</summary>
    internal void Append(IResource resource, string resourceId, string content, bool isError)
    {
        Log(resource.Name).Append(content, isError);
        if (resourceId != resource.Name)
            Log(resourceId).Append(content, isError);
        LineWritten?.Invoke(this, new ResourceLogEntry(resource, resourceId, content, isError));
    }

    private ResourceLog Log(string name) => _logs.GetOrAdd(name, static _ => new ResourceLog(MaxBacklogLines));

    private sealed class ResourceLogger(Func<LogLevel, bool> isEnabled, Action<LogLevel, string> write) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => isEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                write(logLevel, exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception}");
        }
    }
}

/// <summary>One written line.</summary>
internal sealed class ResourceLogEntry(IResource resource, string resourceId, string content, bool isError) : EventArgs
{
    public IResource Resource { get; } = resource;

    public string ResourceId { get; } = resourceId;

    public string Content { get; } = content;

    public bool IsError { get; } = isError;
}
