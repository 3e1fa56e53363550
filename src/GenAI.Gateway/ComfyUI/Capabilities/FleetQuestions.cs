using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Capabilities;

/// <summary>
/// Asks, or tells, all instances of a model the same at the same time. When one has answered, the others have a second more; what they
/// said last stands in for them.
/// </summary>
internal sealed class FleetQuestions(InstanceClient client, BareErrors errors, IOptions<ComfyUIOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private const int MostRemembered = 256;
    private const int LargestRemembered = 256 << 10;

    private readonly ConcurrentDictionary<(string Instance, string Path), byte[]> _last = new();

    /// <summary>The answers of those that answer in time with JSON, in the order of the instances; instances that answer 404 or nothing are left out.</summary>
    public async Task<IReadOnlyList<(Instance Instance, JsonNode Answer)>> AskAllAsync(FleetModel model, string path, CancellationToken cancellationToken)
    {
        var asked = Able(model).Select(instance => (Instance: instance, Answer: AskAsync(instance, path))).ToArray();
        var open = asked.Select(question => question.Answer).ToList();
        while (open.Count > 0 && !asked.Any(question => HasAnswered(question.Answer))) open.Remove(await Task.WhenAny(open).WaitAsync(cancellationToken));
        if (open.Count > 0) await Task.WhenAny(Task.WhenAll(open), Task.Delay(Patience, clock, cancellationToken));

        var answers = new List<(Instance, JsonNode)>(asked.Length);
        foreach (var (instance, question) in asked)
        {
            var answer = question.IsCompleted ? await question : _last.GetValueOrDefault((instance.Id, path));
            if (answer is { Length: > 0 } && JsonNode.Parse(answer) is { } node) answers.Add((instance, node));
        }

        return answers;
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

    private static bool HasAnswered(Task<byte[]?> question) => question is { IsCompletedSuccessfully: true, Result: not null };

    /// <summary>Null: it gives no usable answer; empty: it says that it has no such thing. Goes on, for the next who asks, when the client that asked has gone.</summary>
    private async Task<byte[]?> AskAsync(Instance instance, string path)
    {
        using var late = new CancellationTokenSource(options.Value.InstanceTimeout, clock);
        using var request = new HttpRequestMessage(HttpMethod.Get, instance.Endpoint.At(path));
        try
        {
            using var response = await client.CallAsync(request, late.Token);
            if (!response.IsSuccessStatusCode) return [];
            var answer = PythonJson.OfInstance(await response.Content.ReadAsByteArrayAsync(late.Token));
            JsonDocument.Parse(answer).Dispose();
            Remember(instance.Id, path, answer);
            return answer;
        }
        catch (Exception exception) when (exception is InstanceFailedException or JsonException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Clients choose some of the paths, so that there is a limit to what they make us keep.</summary>
    private void Remember(string instance, string path, byte[] answer)
    {
        if (answer.Length > LargestRemembered) return;
        if (_last.Count >= MostRemembered && !_last.ContainsKey((instance, path))) _last.Clear();
        _last[(instance, path)] = answer;
    }
}
