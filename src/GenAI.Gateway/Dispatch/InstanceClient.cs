using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

/// <summary>HTTP to an instance for a job. No retries: a job must not be begun twice.</summary>
internal sealed class InstanceClient(HttpClient http, IOptions<DispatchSettings> settings, TimeProvider clock)
{
    /// <summary>More than the largest image of any model; an answer beyond it is refused.</summary>
    public const int MaxAnswerBytes = 256 << 20;

    /// <summary>For a call that is answered at once: the answer, read whole, within <see cref="DispatchSettings.CallLimit"/>.</summary>
    /// <exception cref="InstanceFailedException">No answer, or one that says that the instance cannot take the call now.</exception>
    public async Task<HttpResponseMessage> CallAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var limit = settings.Value.CallLimit;
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
        }
        catch (OperationCanceledException exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new InstanceFailedException($"It did not answer {request.RequestUri?.AbsolutePath} within {limit.TotalSeconds:0.#} s.", exception);
        }
    }

    /// <summary>For a job's own request: the answer's head; its body, which follows, has no time limit.</summary>
    /// <exception cref="InstanceFailedException">As <see cref="CallAsync"/>.</exception>
    public Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, completion, cancellationToken);
        }
        catch (Exception exception) when (IsOfInstance(exception, cancellationToken))
        {
            var refused = exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            throw new InstanceFailedException(exception.Message, exception) { IsGone = refused };
        }

        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout))
            return response;

        var status = (int)response.StatusCode;
        response.Dispose();
        throw new InstanceFailedException($"It answered {request.RequestUri?.AbsolutePath} with status {status}.") { IsAnswer = true };
    }

    /// <summary>A connection that takes too long is reported as a cancellation that nobody asked for.</summary>
    private static bool IsOfInstance(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
