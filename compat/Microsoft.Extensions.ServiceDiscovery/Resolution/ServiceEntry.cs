using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.ServiceDiscovery.Resolution;

/// <summary>
/// One service: its providers, their last answer, and whose turn it is. Nothing runs in the background; the first caller
/// after a change asks the providers, and callers that come meanwhile wait for its answer.
/// </summary>
internal sealed partial class ServiceEntry(
    string name, IServiceEndpointProvider[] providers, TimeSpan refreshPeriod, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Answer? _answer;
    private uint _turn;
    private bool _disposed;
    private long _lastUsed = clock.GetTimestamp();

    public TimeSpan IdleFor => clock.GetElapsedTime(Volatile.Read(ref _lastUsed));

    /// <summary>Null when the entry has been disposed and the caller must take a new one.</summary>
    public async ValueTask<ServiceEndpointSource?> GetEndpointsAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastUsed, clock.GetTimestamp());
        if (Volatile.Read(ref _answer) is { } answer && IsFresh(answer)) return answer.Source;

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_disposed) return null;
            if (_answer is null || !IsFresh(_answer)) Volatile.Write(ref _answer, await AskAsync(cancellationToken));
            return _answer!.Source;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The endpoints in turn. Null as in <see cref="GetEndpointsAsync"/>; throws when the service has no endpoint.</summary>
    public async ValueTask<ServiceEndpoint?> NextEndpointAsync(CancellationToken cancellationToken)
    {
        var source = await GetEndpointsAsync(cancellationToken);
        if (source is null) return null;
        if (source.Endpoints.Count == 0) throw new InvalidOperationException($"No endpoint is known for the service '{name}'.");
        var turn = Interlocked.Increment(ref _turn) - 1;
        return source.Endpoints[(int)(turn % (uint)source.Endpoints.Count)];
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_disposed) return;
            _disposed = true;
            foreach (var provider in providers) await provider.DisposeAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool IsFresh(Answer answer) =>
        !answer.Source.ChangeToken.HasChanged &&
        (answer.Source.ChangeToken.ActiveChangeCallbacks || clock.GetElapsedTime(answer.At) < refreshPeriod);

    private async Task<Answer> AskAsync(CancellationToken cancellationToken)
    {
        var at = clock.GetTimestamp();
        var builder = new EndpointBuilder();
        foreach (var provider in providers) await provider.PopulateAsync(builder, cancellationToken);
        var source = builder.Build();
        LogResolved(logger, name, source);
        return new Answer(source, at);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Service '{Service}' resolved to {Endpoints}")]
    private static partial void LogResolved(ILogger logger, string service, ServiceEndpointSource endpoints);

    private sealed record Answer(ServiceEndpointSource Source, long At);
}
