using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.OpenAI;
using GenAI.Gateway.OpenAI.Images;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Webhooks;

/// <summary>One attempt at telling somebody of a job's end.</summary>
internal sealed class WebhookSender(
    HttpClient http, WebhookSecrets secrets, ImageAddresses addresses, IOptions<OpenAIOptions> openAI, IOptions<WebhookOptions> options, TimeProvider clock)
{
    /// <returns>Null when it was told, or is not wanted (410); else why it was not.</returns>
    public async Task<string?> TryAsync(Job job, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Describe(job));
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, job.Webhook)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        // The receiver may get it twice, and knows by the id that it is the same.
        request.Headers.Add("webhook-id", job.Id);
        request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", secrets.Sign(job.Owner, job.Id, now, body));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("GenAI-Webhook", "1"));

        using var late = new CancellationTokenSource(options.Value.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.Gone ? null : $"it answered with status {(int)response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"it did not answer within {options.Value.Timeout.TotalSeconds:0.#} s";
        }
    }

    /// <summary>
    /// Connects to what the name stands for now, if that is public. A check before, or by name, could be got round: between the two the name may come
    /// to mean another address.
    /// </summary>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool allowPrivate, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = addresses.Where(address => allowPrivate || PublicAddresses.IsPublic(address)).ToArray();
        if (allowed.Length == 0) throw new HttpRequestException($"'{target.Host}' is at no public address.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private WebhookMessage Describe(Job job)
    {
        var state = job.State.ToString().ToLowerInvariant();
        return new WebhookMessage($"job.{state}", job.EndedAt, new WebhookJob(
            job.Id, job.Model, state, job.Failure, OrderTerms.KeyAsSent(job.IdempotencyKey),
            [.. job.Outputs.Where(output => output.ContentType.StartsWith("image/", StringComparison.Ordinal))
                .Select(output => new WebhookImage(Url(output), output.ContentType, output.Bytes))]));
    }

    private string Url(JobOutput output)
    {
        var path = addresses.Of(output.Hash, output.ContentType);
        return openAI.Value.PublicUrl is { } root ? new Uri(root, path).AbsoluteUri : path;
    }
}
