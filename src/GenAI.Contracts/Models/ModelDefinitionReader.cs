using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using GenAI.Contracts.Instances;
using Microsoft.Extensions.Configuration;

namespace GenAI.Contracts.Models;

/// <summary>Reads one <see cref="ModelDefinition"/>; what is wrong goes to the list of errors, all of it.</summary>
internal static partial class ModelDefinitionReader
{
    private static readonly Dictionary<string, ModelDialect> Dialects = new(StringComparer.OrdinalIgnoreCase)
    {
        ["comfyui"] = ModelDialect.ComfyUI,
        ["stable-diffusion"] = ModelDialect.StableDiffusion,
    };

    public static ModelDefinition? Read(string name, IConfiguration configuration, List<string> errors)
    {
        var before = errors.Count;
        var known = KnownModel.All.FirstOrDefault(model => model.Definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var section = configuration.GetSection($"GenAI:Models:{name}");

        if (!ModelName().IsMatch(name))
            errors.Add($"GenAI:Models:{name}: a model's name is 1 to 63 lower-case letters, digits and dashes.");

        var dialect = Dialect(section, known, errors);
        var port = Port(section, known, configuration, errors);
        var checkpoint = section["Checkpoint"] ?? known?.Definition.Checkpoint;
        if (string.IsNullOrWhiteSpace(checkpoint))
            errors.Add($"{section.Path}:Checkpoint is missing; expected the file name of the model's checkpoint.");
        var tracks = Tracks(section, errors);
        var endpoints = Endpoints(name, known, configuration, errors);
        var traffic = Traffic(name, section.GetSection("Traffic"), errors);

        return errors.Count > before
            ? null
            : new ModelDefinition
            {
                Name = name,
                Dialect = dialect,
                Port = port,
                Checkpoint = checkpoint!,
                // Those that only a track names come last, so that naming one changes no other's id.
                Endpoints = [.. endpoints.Concat(tracks.Keys.OrderBy(uri => uri.AbsoluteUri, StringComparer.Ordinal)).Distinct()],
                Tracks = tracks,
                Traffic = traffic,
            };
    }

    /// <summary><c>GenAI:Models:{name}:Tracks:{track}</c> = addresses of the instances on it, separated by commas.</summary>
    private static ImmutableDictionary<Uri, string> Tracks(IConfigurationSection model, List<string> errors)
    {
        var tracks = ImmutableDictionary.CreateBuilder<Uri, string>();
        foreach (var track in model.GetSection("Tracks").GetChildren())
        {
            if (!ModelTraffic.IsTrack(track.Key)) errors.Add($"{track.Path}: '{track.Key}' is no track; expected {ModelTraffic.TrackDescription}.");
            foreach (var address in Parse(track.Path, track.Value ?? "", errors))
            {
                if (!tracks.TryAdd(address, track.Key))
                    errors.Add($"{track.Path} is '{track.Value}'; {address} is on the track '{tracks[address]}' already, and each instance is on one.");
            }
        }

        return tracks.ToImmutable();
    }

    private static ModelTraffic? Traffic(string name, IConfigurationSection section, List<string> errors)
    {
        if (!section.Exists()) return null;
        var traffic = new ModelTraffic { Model = name, ActiveTrack = section["ActiveTrack"] is { Length: > 0 } track ? track : ModelTraffic.Stable };
        if (section["CanaryPercent"] is { Length: > 0 } text)
        {
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)) traffic = traffic with { CanaryPercent = percent };
            else errors.Add($"{section.Path}:CanaryPercent is '{text}'; expected a number from 0 to 100.");
        }

        errors.AddRange(traffic.Problems().Select(problem => $"{section.Path}:{problem}"));
        return traffic;
    }

    private static ModelDialect Dialect(IConfigurationSection section, KnownModel? known, List<string> errors)
    {
        if (section["Dialect"] is not { } text)
        {
            if (known is null) errors.Add($"{section.Path}:Dialect is missing; expected {string.Join(" or ", Dialects.Keys)}.");
            return known?.Definition.Dialect ?? default;
        }

        if (!Dialects.TryGetValue(text, out var dialect))
            errors.Add($"{section.Path}:Dialect is '{text}'; expected {string.Join(" or ", Dialects.Keys)}.");
        return dialect;
    }

    private static int? Port(IConfigurationSection section, KnownModel? known, IConfiguration configuration, List<string> errors)
    {
        var alias = known is null ? null : $"GENAI_PORT_{known.SettingPrefix}";
        var (key, text) = alias is not null && configuration[alias] is { Length: > 0 } value
            ? (alias, value)
            : ($"{section.Path}:Port", section["Port"]);

        if (string.IsNullOrEmpty(text)) return known?.Definition.Port;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535) return port;
        errors.Add($"{key} is '{text}'; expected a TCP port from 1 to 65535.");
        return null;
    }

    private static ImmutableArray<Uri> Endpoints(string name, KnownModel? known, IConfiguration configuration, List<string> errors)
    {
        var alias = known is null ? null : $"{known.SettingPrefix}_URL";
        if (alias is not null && configuration[alias] is { Length: > 0 } list) return [.. Parse(alias, list, errors)];

        // services:{name}:{endpoint name}:{n} = address; the order of n is the order of the instances.
        return
        [
            .. configuration.GetSection($"services:{name}").GetChildren()
                .SelectMany(endpoint => endpoint.GetChildren().OrderBy(IndexOf))
                .Where(address => address.Value is not null)
                .Select(address => ParseOne(address.Path, address.Value!, errors))
                .OfType<Uri>()
                .Distinct(),
        ];
    }

    private static int IndexOf(IConfigurationSection section) =>
        int.TryParse(section.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue;

    /// <summary>Addresses separated by commas, each once.</summary>
    private static IEnumerable<Uri> Parse(string key, string list, List<string> errors) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(address => ParseOne(key, address, errors))
            .OfType<Uri>()
            .Distinct();

    private static Uri? ParseOne(string key, string address, List<string> errors)
    {
        if (Uri.TryCreate(address.TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return uri;
        errors.Add($"{key} is '{address}'; expected an absolute http or https address such as http://localhost:8188.");
        return null;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ModelName();
}
