using System.Diagnostics.Metrics;
using GenAI.Gateway.Access.Usage;

namespace GenAI.Gateway.Access;

/// <summary>
/// What each key uses, by its id. The <see cref="MaxKeys"/> keys with the most requests have a series of their own and the others share the one
/// of <c>other</c>, so that the number of keys does not decide that of the series.
/// </summary>
internal sealed class KeyMetrics : IDisposable
{
    public const int MaxKeys = 200;
    private const string Other = "other";

    private readonly Meter _meter;
    private readonly UsageLedger _ledger;
    private readonly Counter<long> _rejected;

    public KeyMetrics(IMeterFactory meters, UsageLedger ledger)
    {
        _ledger = ledger;
        _meter = meters.Create("GenAI.Gateway.Access");
        _rejected = _meter.CreateCounter<long>("genai_gateway_rejected_credentials", description: "Requests refused with 401, by reason.");
        Observe("genai_key_requests", "Requests made with the key, refused ones included.", static key => key.SinceStart.Requests);
        Observe("genai_key_refusals", "Requests and jobs refused to the key for its scopes, models or quotas.", static key => key.Refusals);
        Observe("genai_key_jobs", "Jobs accepted from the key.", static key => key.SinceStart.Jobs);
        Observe("genai_key_images", "Images asked for by the key's accepted jobs.", static key => key.SinceStart.Images);
        Observe("genai_key_pixel_steps", "Steps x pixels x images of the key's accepted jobs.", static key => key.SinceStart.PixelSteps);
    }

    /// <param name="reason">The error's code.</param>
    public void Rejected(string reason) => _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose() => _meter.Dispose();

    private void Observe(string name, string description, Func<KeyUsage, long> value) =>
        _meter.CreateObservableCounter(name, () => Measure(value), description: description);

    private IEnumerable<Measurement<long>> Measure(Func<KeyUsage, long> value)
    {
        var keys = _ledger.Keys.OrderByDescending(key => key.SinceStart.Requests).ThenBy(key => key.KeyId, StringComparer.Ordinal).ToArray();
        foreach (var key in keys.Take(MaxKeys)) yield return Of(key.KeyId, value(key));
        if (keys.Length > MaxKeys) yield return Of(Other, keys.Skip(MaxKeys).Sum(value));
    }

    private static Measurement<long> Of(string key, long value) => new(value, new KeyValuePair<string, object?>("key", key));
}
