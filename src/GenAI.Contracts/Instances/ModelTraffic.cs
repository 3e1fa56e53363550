using System.Globalization;

namespace GenAI.Contracts.Instances;

/// <summary>How a model's requests are shared among the release tracks of its instances; part of <see cref="InstanceSnapshot"/>.</summary>
/// <remarks>
/// A canary: instances of the track <see cref="Canary"/> get <see cref="CanaryPercent"/> of the clients, those of
/// <see cref="ActiveTrack"/> the others. Blue and green: instances of the tracks <c>blue</c> and <c>green</c>, of which
/// <see cref="ActiveTrack"/> names the one that serves.
/// </remarks>
public sealed record ModelTraffic
{
    public const string Stable = "stable";
    public const string Canary = "canary";

    private const int LongestTrack = 32;

    public required string Model { get; init; }

    /// <summary>The track that serves whoever is not meant for the canary.</summary>
    public string ActiveTrack { get; init; } = Stable;

    /// <summary>The share of clients that the canary track serves, 0 to 100.</summary>
    public double CanaryPercent { get; init; }

    /// <summary>For messages: 1 to 32 lower-case letters, digits and dashes.</summary>
    public static string TrackDescription { get; } = $"1 to {LongestTrack} lower-case letters, digits and dashes";

    /// <summary>Whether it can be a track's name.</summary>
    public static bool IsTrack(string? name) =>
        name is { Length: >= 1 and <= LongestTrack } && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>All that is wrong with it, each with the value found and what was expected; empty when it can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (!IsTrack(ActiveTrack)) yield return $"ActiveTrack is '{ActiveTrack}'; expected {TrackDescription}.";
        if (CanaryPercent is not (>= 0 and <= 100))
            yield return string.Create(CultureInfo.InvariantCulture, $"CanaryPercent is {CanaryPercent}; expected 0 to 100.");
        else if (CanaryPercent > 0 && ActiveTrack == Canary)
            yield return string.Create(CultureInfo.InvariantCulture, $"CanaryPercent is {CanaryPercent} while ActiveTrack is {Canary}, which has all of them; expected 0.");
    }
}
