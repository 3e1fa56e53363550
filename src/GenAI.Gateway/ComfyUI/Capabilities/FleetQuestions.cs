using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Capabilities;

/// <summary>Asks, or tells, all instances of a model the same at the same time.</summary>
internal sealed class FleetQuestions(InstanceClient client, BareErrors errors, IOptions<ComfyUIOptions> options, TimeProvider clock)
{
    /// <summary>The answers of those that answer in time with JSON, in the order of the instances; instances that answer 404 or nothing are left out.</summary>
    public async Task<IReadOnlyList<(Instance Instance, JsonNode Answer)>> AskAllAsync(FleetModel model, string path, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(Able(model).Select(async instance => (Instance: instance, Answer: await AskAsync(instance, path, cancellationToken))));
        return [.. answers.Where(answer => answer.Answer is not null).Select(answer => (answer.Instance, answer.Answer!))];
    }

    /// <summary>Those that cannot be told are as if they had been: they have nothing in memory, or will be told by nobody.</summary>
    public Task TellAllAsync(FleetModel model, string path, JsonObject body, CancellationToken cancellationToken) =>
        Task.WhenAll(Able(model).Select(async instance =>
        {
            using var late = new CancellationTokenSource(options.Value.InstanceTimeout, clock);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Post, instance.Endpoint.At(path)) { Content = JsonContent.Create(body) };
            try
            {
                using var response = await client.CallAsync(request, limit.Token);
            }
            catch (Exception exception) when (exception is InstanceFailedException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Said above.
            }
        }));

    public IResult Unavailable(FleetModel model) => Answers.Error(errors.Unavailable(model.Name));

    private static IEnumerable<Instance> Able(FleetModel model) => model.Instances.Where(instance => instance.State.TakesRequests());

    private async Task<JsonNode?> AskAsync(Instance instance, string path, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.Value.InstanceTimeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, instance.Endpoint.At(path));
        try
        {
            using var response = await client.CallAsync(request, limit.Token);
            return response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token)) : null;
        }
        catch (Exception exception) when (exception is InstanceFailedException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
