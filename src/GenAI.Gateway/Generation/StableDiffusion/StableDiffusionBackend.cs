using System.Net.Http.Headers;
using GenAI.Contracts;
using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Generation.StableDiffusion;

/// <summary><c>POST /generate</c>, answered with the image itself. The instance stops when the connection is closed.</summary>
internal sealed class StableDiffusionBackend(InstanceClient client) : IImageBackend
{
    private const int LongestQuote = 500;

    public ModelDialect Dialect => ModelDialect.StableDiffusion;

    public async Task<byte[]> GenerateAsync(Instance instance, ImageJob job, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, instance.Endpoint.At("/generate"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("image/png"));
        request.Content = JsonContent.Create(new GenerateRequest(job));

        using var response = await client.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode) return Png.Require(await response.Content.ReadAsByteArrayAsync(cancellationToken), instance.Id);

        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        throw new JobRefusedException(
            $"Instance {instance.Id} answered with status {(int)response.StatusCode}: {answer[..Math.Min(answer.Length, LongestQuote)]}");
    }
}
