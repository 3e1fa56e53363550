using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace GenAI.Scheduling.Scaling.Policies;

/// <summary>One mapping of a policy document: typed values by key, every mistake noted with the value found and what was expected.</summary>
internal sealed class PolicyFields(YamlMappingNode node, string path, List<string> errors)
{
    private const int MostItems = 64;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public bool Has(string key) => Find(key) is not null;

    public string Text(string key, string fallback) => Scalar(key) is { Value: { } text } ? text : fallback;

    public string Required(string key, string expected)
    {
        var text = Scalar(key)?.Value;
        if (string.IsNullOrWhiteSpace(text)) errors.Add($"{Name(key)} (line {node.Start.Line}) is missing; expected {expected}.");
        return text ?? "";
    }

    public int Integer(string key, int fallback, int least, int most) => OptionalInteger(key, least, most) ?? fallback;

    public int? OptionalInteger(string key, int least, int most)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        Wrong(key, scalar, $"a whole number from {least} to {most}");
        return null;
    }

    public double Number(string key, double fallback, double least, double most)
    {
        if (Scalar(key) is not { } scalar) return fallback;
        if (double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        Wrong(key, scalar, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
        return fallback;
    }

    public decimal? Money(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (decimal.TryParse(scalar.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1_000_000_000) return value;
        Wrong(key, scalar, "an amount of money, more than 0 and less than 1000000000");
        return null;
    }

    public TimeSpan Seconds(string key, TimeSpan fallback, int least, int most) =>
        TimeSpan.FromSeconds(Number(key, fallback.TotalSeconds, least, most));

    public T OneOf<T>(string key, T fallback, IReadOnlyDictionary<string, T> known)
    {
        if (Scalar(key) is not { } scalar) return fallback;
        if (scalar.Value is { } name && known.TryGetValue(name, out var value)) return value;
        Wrong(key, scalar, $"one of {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}");
        return fallback;
    }

    public T? Parsed<T>(string key, Func<string, T?> parse, string expected)
        where T : struct
    {
        if (Scalar(key) is not { } scalar) return null;
        if (scalar.Value is { } text && parse(text) is { } value) return value;
        Wrong(key, scalar, expected);
        return null;
    }

    public T? ParsedClass<T>(string key, Func<string, T?> parse, string expected)
        where T : class
    {
        if (Scalar(key) is not { } scalar) return null;
        if (scalar.Value is { } text && parse(text) is { } value) return value;
        Wrong(key, scalar, expected);
        return null;
    }

    public bool IsEmptyList(string key) => Find(key) is YamlSequenceNode { Children.Count: 0 };

    public bool IsMapping(string key) => Find(key) is YamlMappingNode;

    public PolicyFields? Mapping(string key)
    {
        switch (Find(key))
        {
            case null: return null;
            case YamlMappingNode mapping: return new PolicyFields(mapping, Name(key), errors);
            case { } other:
                errors.Add($"{Name(key)} (line {other.Start.Line}) is not a mapping; expected keys and values.");
                return null;
        }
    }

    public IReadOnlyList<PolicyFields> Mappings(string key)
    {
        var list = new List<PolicyFields>();
        foreach (var (item, at) in Items(key))
        {
            if (item is YamlMappingNode mapping) list.Add(new PolicyFields(mapping, $"{Name(key)}[{at}]", errors));
            else errors.Add($"{Name(key)}[{at}] (line {item.Start.Line}) is not a mapping; expected keys and values.");
        }

        return list;
    }

    public IReadOnlyList<T> Values<T>(string key, IReadOnlyDictionary<string, T> known)
    {
        var list = new List<T>();
        foreach (var (item, at) in Items(key))
        {
            var text = (item as YamlScalarNode)?.Value;
            if (text is not null && known.TryGetValue(text, out var value)) list.Add(value);
            else errors.Add($"{Name(key)}[{at}] (line {item.Start.Line}) is '{text}'; expected one of {string.Join(", ", known.Keys)}.");
        }

        return list;
    }

    public void Complain(string key, string found, string expected) =>
        errors.Add($"{Name(key)} (line {(Find(key) ?? node).Start.Line}) is {found}; expected {expected}.");

    /// <summary>Every key that nobody asked for is a mistake: a misspelt one would be ignored otherwise.</summary>
    public void NoOthers()
    {
        foreach (var (key, value) in node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (!_known.Contains(name))
                errors.Add($"{Name(name)} (line {value.Start.Line}) is not known; expected one of {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }

    private IEnumerable<(YamlNode Item, int At)> Items(string key)
    {
        switch (Find(key))
        {
            case null: return [];
            case YamlSequenceNode sequence when sequence.Children.Count <= MostItems: return sequence.Children.Select((item, at) => (item, at));
            case YamlSequenceNode sequence:
                errors.Add($"{Name(key)} (line {sequence.Start.Line}) has {sequence.Children.Count} items; expected at most {MostItems}.");
                return [];
            case { } other:
                errors.Add($"{Name(key)} (line {other.Start.Line}) is not a list; expected one.");
                return [];
        }
    }

    private YamlScalarNode? Scalar(string key)
    {
        switch (Find(key))
        {
            case null: return null;
            case YamlScalarNode scalar: return scalar;
            case { } other:
                errors.Add($"{Name(key)} (line {other.Start.Line}) is a list or a mapping; expected a single value.");
                return null;
        }
    }

    private YamlNode? Find(string key)
    {
        _known.Add(key);
        foreach (var (name, value) in node.Children)
        {
            if (name is YamlScalarNode scalar && string.Equals(scalar.Value, key, StringComparison.Ordinal)) return value;
        }

        return null;
    }

    private void Wrong(string key, YamlScalarNode scalar, string expected) =>
        errors.Add($"{Name(key)} (line {scalar.Start.Line}) is '{scalar.Value}'; expected {expected}.");

    private string Name(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
