using System.Text.Json;
using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Generation.ComfyUI;

/// <summary>The routes of a ComfyUI server that a job needs.</summary>
internal sealed class ComfyUIInstance(InstanceClient client)
{
    private const int LongestQuote = 500;

    /// <summary>Returns the id under which the instance knows the prompt: ours, but for servers too old to be told.</summary>
    /// <exception cref="JobRefusedException">The instance refused the workflow.</exception>
    public async Task<string> SubmitAsync(Instance instance, PromptRequest prompt, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, instance.Endpoint.At("/prompt")) { Content = JsonContent.Create(prompt) };
        using var response = await client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new JobRefusedException(
                $"Instance {instance.Id} refused the workflow with status {(int)response.StatusCode}: {body[..Math.Min(body.Length, LongestQuote)]}");
        }

        return Parse<PromptResponse>(body, "/prompt")?.PromptId ?? prompt.PromptId;
    }

    /// <summary>Null while the prompt has not ended, or when the instance does not know it.</summary>
    public async Task<HistoryEntry?> HistoryAsync(Instance instance, string promptId, CancellationToken cancellationToken)
    {
        var history = await GetAsync<Dictionary<string, HistoryEntry>>(instance, $"/history/{promptId}", cancellationToken);
        return history?.GetValueOrDefault(promptId);
    }

    public async Task<QueueResponse> QueueAsync(Instance instance, CancellationToken cancellationToken) =>
        await GetAsync<QueueResponse>(instance, "/queue", cancellationToken) ?? new QueueResponse(null, null);

    public async Task<byte[]> ViewAsync(Instance instance, ImageName image, CancellationToken cancellationToken)
    {
        var query = $"filename={Escape(image.Filename)}&subfolder={Escape(image.Subfolder)}&type={Escape(image.Type ?? "output")}";
        using var request = new HttpRequestMessage(HttpMethod.Get, instance.Endpoint.At($"/view?{query}"));
        using var response = await client.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new InstanceFailedException($"It answered /view with status {(int)response.StatusCode}.");
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);

        static string Escape(string? value) => Uri.EscapeDataString(value ?? "");
    }

    public Task DeleteAsync(Instance instance, string promptId, CancellationToken cancellationToken) =>
        PostAsync(instance, "/queue", new { delete = new[] { promptId } }, cancellationToken);

    public Task InterruptAsync(Instance instance, string promptId, CancellationToken cancellationToken) =>
        PostAsync(instance, "/interrupt", new { prompt_id = promptId }, cancellationToken);

    private async Task PostAsync<T>(Instance instance, string path, T body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, instance.Endpoint.At(path)) { Content = JsonContent.Create(body) };
        using var response = await client.SendAsync(request, cancellationToken);
    }

    private async Task<T?> GetAsync<T>(Instance instance, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, instance.Endpoint.At(path));
        using var response = await client.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode) throw new InstanceFailedException($"It answered {path} with status {(int)response.StatusCode}.");
        return Parse<T>(await response.Content.ReadAsStringAsync(cancellationToken), path);
    }

    private static T? Parse<T>(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json);
        }
        catch (JsonException exception)
        {
            throw new InstanceFailedException($"Its answer to {path} is not ComfyUI's: {exception.Message}", exception);
        }
    }
}
