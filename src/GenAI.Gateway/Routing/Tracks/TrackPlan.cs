using System.Collections.Immutable;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing.Clients;

namespace GenAI.Gateway.Routing.Tracks;

/// <summary>
/// By which release track a model's clients are served. Immutable and pure: the same client has the same answer at every gateway, and a
/// client that has the canary keeps it while the share grows.
/// Example: with 10 % on the canary about one client in ten is served there; with 20 % those and as many more. With the active track
/// <c>green</c> everybody is served by the instances on <c>green</c>, and those on <c>blue</c> finish what they have.
/// </summary>
/// <param name="Model">Whose clients: one that has the canary of one model need not have that of another.</param>
/// <param name="Active">The track of whoever is not meant for the canary.</param>
/// <param name="CanaryPercent">The share of clients that the canary serves, 0 to 100.</param>
/// <param name="IsSplit">
/// Whether there are instances on the active track and others beside them. Where none is on the active track, all are alike: a model must
/// not stand still because nobody said which of its tracks serves.
/// </param>
internal sealed record TrackPlan(string Model, string Active, double CanaryPercent, bool IsSplit)
{
    public static TrackPlan Of(string model, ModelTraffic? traffic, ImmutableArray<Instance> instances)
    {
        var active = traffic?.ActiveTrack ?? ModelTraffic.Stable;
        var onActive = instances.Count(instance => instance.Track == active);
        return new TrackPlan(model, active, traffic?.CanaryPercent ?? 0, onActive > 0 && onActive < instances.Length);
    }

    /// <summary>The track that is meant for the client; null: the model's instances are all alike.</summary>
    public string? Choose(TrackWish wish)
    {
        if (!IsSplit) return null;
        return wish.Canary switch
        {
            CanaryWish.Wanted => ModelTraffic.Canary,
            CanaryWish.Refused => Active,
            _ => Place(Model, wish.Client) < CanaryPercent / 100 ? ModelTraffic.Canary : Active,
        };
    }

    /// <summary>
    /// The track that serves, of the one that is meant and the active one: a canary that cannot serve leaves its clients to the active track,
    /// which leaves its own to nobody. Null: any.
    /// </summary>
    /// <param name="meant">What <see cref="Choose"/> said; null: the active track.</param>
    /// <param name="canServe">Whether some instance on a track can.</param>
    public string? Resolve(string? meant, Func<string, bool> canServe) =>
        !IsSplit ? null : meant is not null && meant != Active && canServe(meant) ? meant : Active;

    /// <summary>Where a client stands in a row of all clients, from 0 to just below 1; the first ones have the canary.</summary>
    public static double Place(string model, ulong client) => (ClientHash.Pair(client, model) >> 11) * (1.0 / (1UL << 53));
}
