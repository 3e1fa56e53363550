using System.Net;

namespace GenAI.Gateway.Generation;

/// <summary>
/// HTTP to an instance, for the jobs that the gateway makes itself. No time limit of its own (a job has one) and no retries (a job must
/// not be begun twice).
/// </summary>
internal sealed class InstanceClient(HttpClient http)
{
    /// <summary>More than the largest image of any model; an answer beyond it is refused.</summary>
    public const int MaxAnswerBytes = 128 << 20;

    /// <summary>The answer, read whole.</summary>
    /// <exception cref="InstanceFailedException">No answer, or one that says that the instance cannot take the job now.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, cancellationToken);
        }
        catch (Exception exception) when (IsOfInstance(exception, cancellationToken))
        {
            throw new InstanceFailedException(exception.Message, exception);
        }

        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout))
            return response;

        var status = (int)response.StatusCode;
        response.Dispose();
        throw new InstanceFailedException($"It answered {request.RequestUri?.AbsolutePath} with status {status}.");
    }

    /// <summary>A connection that takes too long is reported as a cancellation that nobody asked for.</summary>
    private static bool IsOfInstance(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
