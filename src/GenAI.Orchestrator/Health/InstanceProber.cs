using System.Collections.Frozen;
using System.Net.Sockets;
using System.Text.Json;
using GenAI.Contracts;
using GenAI.Orchestrator.Instances;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Health;

/// <summary>Makes one probe in its dialect, within its timeout, and says in one line what came of it.</summary>
internal sealed class InstanceProber(
    IEnumerable<IInstanceProbe> probes, HealthMetrics metrics, TimeProvider time, IOptions<HealthOptions> options)
{
    private readonly FrozenDictionary<ModelDialect, IInstanceProbe> _probes = probes.ToFrozenDictionary(probe => probe.Dialect);

    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<ProbeOutcome> ProbeAsync(InstanceTarget target, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var outcome = await OutcomeAsync(target, cancellationToken);
        metrics.Probed(target, outcome, time.GetElapsedTime(started));
        return outcome;
    }

    private async Task<ProbeOutcome> OutcomeAsync(InstanceTarget target, CancellationToken cancellationToken)
    {
        var timeout = options.Value.ProbeTimeout;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return new ProbeOutcome.Answered(await _probes[target.Dialect].ProbeAsync(target.Endpoint, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeOutcome.Failed(ProbeFailure.Timeout, $"no whole answer within {timeout.TotalSeconds:0.###} s");
        }
        catch (ProbeException exception)
        {
            return new ProbeOutcome.Failed(exception.Failure, exception.Message);
        }
        catch (HttpRequestException exception)
        {
            return Failed(exception);
        }
        catch (JsonException exception)
        {
            return new ProbeOutcome.Failed(ProbeFailure.Body, $"its answer is not the JSON that was expected: {exception.Message}");
        }
    }

    private static ProbeOutcome.Failed Failed(HttpRequestException exception) => exception switch
    {
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
            new(ProbeFailure.Refused, "connection refused"),
        { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            new(ProbeFailure.Body, $"its answer is longer than {ProbeClient.MaxAnswerBytes / 1024} KiB"),
        { InnerException: { } inner } => new(ProbeFailure.Connection, $"no answer: {inner.Message}"),
        _ => new(ProbeFailure.Connection, $"no answer: {exception.Message}"),
    };
}
