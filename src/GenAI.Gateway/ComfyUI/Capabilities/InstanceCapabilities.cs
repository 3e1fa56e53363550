using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Gateway.ComfyUI.Graphs;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Capabilities;

/// <summary>Which node classes and model files each instance has, as its <c>/object_info</c> says.</summary>
internal sealed partial class InstanceCapabilities(
    Fleet fleet, InstanceClient client, IOptions<ComfyUIOptions> options, TimeProvider clock, ILogger<InstanceCapabilities> logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    // An answer is there in milliseconds or it is not coming.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Asking> _instances = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ModelAbilities> _models = new(StringComparer.Ordinal);

    /// <summary>Raised after what is known of an instance has changed.</summary>
    public event EventHandler? Changed;

    /// <summary>
    /// The first node class or model file that the instance lacks; null when it has all, or when it is not known (yet) what it has. A file
    /// that no instance lists is left for the instance to judge: its node may look elsewhere.
    /// </summary>
    public string? FirstMissing(string instanceId, JobDemand demand)
    {
        if (!_instances.TryGetValue(instanceId, out var asking) || asking.Abilities is not { } has) return null;
        foreach (var name in demand.NodeClasses)
        {
            if (!has.Classes.Contains(name)) return name;
        }

        if (demand.ModelFiles.IsEmpty || !_models.TryGetValue(has.Model, out var all)) return null;
        foreach (var file in demand.ModelFiles)
        {
            if (!has.Files.Contains(file) && all.Files.Contains(file)) return file;
        }

        return null;
    }

    /// <summary>What every one of the instances lacks; null as long as one may be able to, or there is none, of which nothing is known.</summary>
    public string? FirstMissingEverywhere(ImmutableArray<Instance> instances, JobDemand demand)
    {
        string? missing = null;
        foreach (var instance in instances)
        {
            missing = FirstMissing(instance.Id, demand);
            if (missing is null) return null;
        }

        return missing;
    }

    /// <summary>
    /// The node classes of the model's instances together. Instances that were never asked are asked first; those that do not answer are not
    /// waited for, once one has.
    /// </summary>
    public async Task<NodeLibrary> LibraryAsync(FleetModel model, CancellationToken cancellationToken)
    {
        var unasked = Asked(model).Where(instance => !(_instances.TryGetValue(instance.Id, out var asking) && asking.HasBeenAsked)).ToArray();
        var asked = unasked.Select(AskAsync).ToList();
        while (asked.Count > 0 && Of(model).Library == NodeLibrary.Empty) asked.Remove(await Task.WhenAny(asked).WaitAsync(cancellationToken));
        if (asked.Count > 0 && LeastWaited(unasked) is var waited && waited < Patience)
            await Task.WhenAny(Task.WhenAll(asked), Task.Delay(Patience - waited, clock, cancellationToken));
        return Of(model).Library;
    }

    /// <summary>Asks each instance that is due, and forgets those that are gone.</summary>
    /// <returns>The questions, each of which ends within the time limit of one.</returns>
    public IReadOnlyList<Task> Refresh()
    {
        var view = fleet.Current;
        foreach (var id in _instances.Keys)
        {
            if (!view.TryGetInstance(id, out _)) _instances.TryRemove(id, out _);
        }

        return [.. view.Models.Where(model => model.Dialect == ModelDialect.ComfyUI).SelectMany(Asked).Where(IsDue).Select(AskAsync)];
    }

    /// <summary>For how long the youngest question to one of them has been waited for.</summary>
    private TimeSpan LeastWaited(IEnumerable<Instance> instances) =>
        instances.Select(instance => _instances.GetValueOrDefault(instance.Id)).OfType<Asking>().Select(asking => clock.GetElapsedTime(asking.BegunAt)).Min();

    private static IEnumerable<Instance> Asked(FleetModel model) => model.Instances.Where(instance => instance.State.TakesRequests());

    private bool IsDue(Instance instance)
    {
        if (!_instances.TryGetValue(instance.Id, out var asking)) return true;
        var interval = asking.HasFailed ? RetryPause : options.Value.CapabilityInterval;
        return asking.Current is null && clock.GetElapsedTime(asking.AskedAt) >= interval;
    }

    /// <summary>Several who ask at once share one question.</summary>
    private Task AskAsync(Instance instance)
    {
        var asking = _instances.GetOrAdd(instance.Id, static _ => new Asking());
        lock (asking)
        {
            if (asking.Current is null) (asking.BegunAt, asking.Current) = (clock.GetTimestamp(), AskAsync(instance, asking));
            return asking.Current;
        }
    }

    private async Task AskAsync(Instance instance, Asking asking)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var abilities = await ReadAsync(instance);
            asking.HasFailed = false;
            if (abilities.Fingerprint == asking.Abilities?.Fingerprint) return;
            asking.Abilities = abilities;
            LogAbilities(instance.Id, abilities.Classes.Count, abilities.Files.Count);
            if (fleet.Current.TryGetModel(instance.Model, out var model)) Of(model);
            Changed?.Invoke(this, EventArgs.Empty);
        }
        catch (Exception exception) when (exception is InstanceFailedException or JsonException or OperationCanceledException)
        {
            if (!asking.HasFailed) LogUnknown(instance.Id, exception.Message);
            asking.HasFailed = true;
        }
        finally
        {
            lock (asking) (asking.Current, asking.AskedAt, asking.HasBeenAsked) = (null, clock.GetTimestamp(), true);
        }
    }

    /// <exception cref="InstanceFailedException">It gives no description.</exception>
    private async Task<InstanceAbilities> ReadAsync(Instance instance)
    {
        using var limit = new CancellationTokenSource(options.Value.InstanceTimeout, clock);
        using var request = new HttpRequestMessage(HttpMethod.Get, instance.Endpoint.At("/object_info"));
        using var response = await client.CallAsync(request, limit.Token);
        if (!response.IsSuccessStatusCode) throw new InstanceFailedException($"It answered /object_info with status {(int)response.StatusCode}.");
        return InstanceAbilities.Read(instance.Model, await response.Content.ReadAsByteArrayAsync(limit.Token));
    }

    /// <summary>Made anew only when what its instances have has changed.</summary>
    private ModelAbilities Of(FleetModel model)
    {
        var instances = Asked(model).Select(instance => _instances.GetValueOrDefault(instance.Id)?.Abilities).ToArray();
        var away = model.Instances.Where(instance => !instance.State.TakesRequests())
            .Select(instance => _instances.GetValueOrDefault(instance.Id)?.Abilities).OfType<InstanceAbilities>().ToArray();
        var fingerprint = string.Join(' ', instances.Select(abilities => abilities?.Fingerprint ?? "?").Concat(away.Select(abilities => "-" + abilities.Fingerprint)));
        if (_models.TryGetValue(model.Name, out var known) && known.Fingerprint == fingerprint) return known;

        var distinct = instances.OfType<InstanceAbilities>().DistinctBy(abilities => abilities.Fingerprint).ToArray();
        var isComplete = distinct.Length > 0 && instances.All(abilities => abilities is not null);
        var made = new ModelAbilities(
            fingerprint,
            distinct.Length == 0 ? NodeLibrary.Empty : new NodeLibrary(NodeUnion.Of([.. distinct.Select(abilities => abilities.Json)]), isComplete),
            // A job waits for the one that has its file, though that is away.
            distinct.Concat(away).SelectMany(abilities => abilities.Files).ToFrozenSet(StringComparer.Ordinal));
        _models[model.Name] = made;
        return made;
    }

    [LoggerMessage(1, LogLevel.Information, "Instance {Instance} has {Classes} node classes and offers {Files} choices")]
    private partial void LogAbilities(string instance, int classes, int files);

    [LoggerMessage(2, LogLevel.Warning, "It is not known what instance {Instance} can do, so that it gets any job: {Reason}")]
    private partial void LogUnknown(string instance, string reason);

    private sealed record ModelAbilities(string Fingerprint, NodeLibrary Library, FrozenSet<string> Files);

    private sealed class Asking
    {
        public Task? Current { get; set; }

        /// <summary>When the last question was put.</summary>
        public long BegunAt { get; set; }

        /// <summary>When the last question was over.</summary>
        public long AskedAt { get; set; }

        /// <summary>The first question has been answered, or failed.</summary>
        public bool HasBeenAsked { get; set; }

        public bool HasFailed { get; set; }

        public InstanceAbilities? Abilities { get; set; }
    }
}
