using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using GenAI.Gateway.Access.Limits;
using GenAI.Gateway.Routing.Ejection;
using GenAI.Gateway.Routing.Forwarding;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>
/// A client's connection for as long as all its requests are plain ones that are passed through: each is read, given to an instance and answered
/// here, below HTTP's server and all that is built on it. The first request that is anything else makes the connection the server's, to its
/// end; the server finds that request as it came.
/// </summary>
internal sealed partial class FastPathConnection(
    ConnectionContext client, string? root, IPAddress address, FastPathRequest request, FastPathAdmission admission, FastPathTally tally, InstanceMetrics metrics,
    GatewayOptions options, ConnectionOptions limits, TimeProvider clock, ILogger<FastPathConnection> logger)
{
    private const long NotIdle = long.MaxValue;

    private readonly PipeReader _input = client.Transport.Input;
    private readonly ClientWriter _output = new(client.Transport.Output, limits, clock);
    private readonly FastPathRequest _request = request;
    private readonly HeadBuffer _head = new();
    private readonly string _address = address.ToString();
    private readonly int _longestHead = Math.Min(limits.MaxHeaderBytes, limits.MaxRequestLineBytes);
    private long _idleSince = NotIdle;
    private volatile bool _isStopping;

    private enum Ending
    {
        /// <summary>The connection can be used again.</summary>
        Answered,

        /// <summary>The request is the server's to answer.</summary>
        Left,

        /// <summary>The connection is of no more use.</summary>
        Over,
    }

    /// <returns>Whether there is something left for the server.</returns>
    public async Task<bool> ServeAsync()
    {
        client.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static state => ((FastPathConnection)state).OnHeartbeat(), this);
        var stopping = client.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        await using (stopping.UnsafeRegister(static state => ((FastPathConnection)state!).Stop(), this))
        {
            try
            {
                while (true)
                {
                    var ending = await ServeNextAsync();
                    if (ending != Ending.Answered) return ending == Ending.Left;
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The client has gone, in the middle of nothing.
                return false;
            }
            finally
            {
                Volatile.Write(ref _idleSince, NotIdle);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Ending> ServeNextAsync()
    {
        Volatile.Write(ref _idleSince, clock.GetTimestamp());
        var read = await _input.ReadAsync();
        Volatile.Write(ref _idleSince, NotIdle);
        var buffer = read.Buffer;
        if (buffer.IsEmpty && (read.IsCompleted || read.IsCanceled)) return Ending.Over;

        // A head that does not come at once, or is long, is the server's, which has limits for it.
        var length = buffer.FirstSpan.IndexOf("\r\n\r\n"u8) + 4;
        if (!_isStopping && length >= 4 && length <= _longestHead && _request.TryRead(buffer.Slice(0, length)) && admission.TryAdmit(_request, root, address, out var route))
            return await PassAsync(route, buffer, length);
        _input.AdvanceTo(buffer.Start);
        return Ending.Left;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Ending> PassAsync(FastPathRoute route, ReadOnlySequence<byte> buffer, int length)
    {
        var begun = tally.Begin(_request, route);
        using var span = tally.Start(_request);
        using var asking = InstanceSpan.Start(_request.Method, route.Pool.Origin);
        asking?.To(route.Pool.Origin, Encoding.ASCII.GetString(_request.Path[route.Rest..]));
        InstanceConnection connection;
        try
        {
            connection = await route.Pool.AskAsync(
                (request: _request, rest: route.Rest, address: _address, asking),
                static (from, into, origin) => FastPathHeads.Write(into, from.request, from.rest, from.address, origin, from.asking),
                options.ActivityTimeout, options.ConnectTimeout, _request.IsHead, client.ConnectionClosed);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            // The socket says only that it was closed, which the client's going away does.
            var cause = client.ConnectionClosed.IsCancellationRequested ? new OperationCanceledException("The client went away.", exception) : exception;
            asking?.Failed(cause);
            metrics.Failed(_request.Method, route.Pool.Origin, cause, begun);
            return Missing(route, span, exception, begun, buffer.Start);
        }

        asking?.Answered(connection.Head.Status);
        metrics.Answered(_request.Method, route.Pool.Origin, connection.Head.Status, begun);
        _input.AdvanceTo(buffer.GetPosition(length));
        return await AnswerAsync(route, span, connection, begun);
    }

    private Ending Missing(in FastPathRoute route, Activity? span, Exception exception, long begun, SequencePosition start)
    {
        if (client.ConnectionClosed.IsCancellationRequested)
        {
            tally.End(_request, span, route, begun, StatusCodes.Status499ClientClosedRequest, RequestOutcome.Nothing);
            return Ending.Over;
        }

        tally.Leave(_request, span, route, exception);
        client.Features.Set(new FailedAttempt(route.Destination, exception));
        _input.AdvanceTo(start);
        return Ending.Left;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Ending> AnswerAsync(FastPathRoute route, Activity? span, InstanceConnection connection, long begun)
    {
        var status = connection.Head.Status;
        var outcome = RequestOutcome.Nothing;
        try
        {
            var framing = connection.Head.Framing(_request.IsHead);
            FastPathHeads.Write(_head, connection.Head, framing, _request.IsHead, route, clock);
            _output.Begin(_head.Written, framing is BodyFraming.Chunked or BodyFraming.UntilClose);
            await ResponseBody.CopyAsync(connection, framing, _output);
            var isTaken = await _output.EndAsync();
            route.Pool.Release(connection, isWhole: framing != BodyFraming.UntilClose);
            outcome = RequestOutcomes.Of(error: null, status, isWebSocket: false);
            return isTaken ? Ending.Answered : Ending.Over;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            var isOurs = exception is OperationCanceledException || client.ConnectionClosed.IsCancellationRequested;
            outcome = isOurs || connection.HasTimedOut ? RequestOutcome.Nothing : RequestOutcome.GatewayError;
            route.Pool.End(connection);
            BrokenOff(route, exception, outcome);
            return Ending.Over;
        }
        finally
        {
            tally.End(_request, span, route, begun, status, outcome);
        }
    }

    /// <summary>What the client has of the answer must not look whole.</summary>
    private void BrokenOff(in FastPathRoute route, Exception exception, RequestOutcome outcome)
    {
        if (outcome == RequestOutcome.GatewayError) LogBrokenOff(route.Destination.DestinationId, exception.Message);
        client.Abort(new ConnectionAbortedException("The answer broke off.", exception));
    }

    /// <summary>Once a second.</summary>
    private void OnHeartbeat()
    {
        if (_output.IsStalled) client.Abort(new ConnectionAbortedException("The client takes its answer too slowly."));
        else if (Volatile.Read(ref _idleSince) is var since and not NotIdle && clock.GetElapsedTime(since) > limits.KeepAliveTimeout) _input.CancelPendingRead();
    }

    private void Stop()
    {
        _isStopping = true;
        _input.CancelPendingRead();
    }

    [LoggerMessage(1, LogLevel.Warning, "An answer of instance {Instance} broke off: {Reason}")]
    private partial void LogBrokenOff(string instance, string reason);
}
