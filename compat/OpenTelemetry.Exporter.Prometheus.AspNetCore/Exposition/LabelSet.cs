using System.Buffers;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// The labels of one series, in the order they were added. Two keys that give the same label name make one label whose value
/// joins theirs with <c>;</c> in the order of the keys, as the OpenTelemetry specification says. Used again for every series.
/// </summary>
internal sealed class LabelSet
{
    // Keys are written in the instrumented code; the bound guards against code that makes them up.
    private const int MaxCachedNames = 4096;

    public static readonly SearchValues<char> Escaped = SearchValues.Create("\\\"\n");

    private readonly Dictionary<string, LabelName> _names = new(StringComparer.Ordinal);
    private readonly List<Label> _labels = [];

    public bool IsEmpty => _labels.Count == 0;

    public void Clear() => _labels.Clear();

    public void Add(string key, object? value) => Add(new Label(NameOf(key), key, value));

    public void Add(Label label)
    {
        for (var i = 0; i < _labels.Count; i++)
        {
            if (!_labels[i].Name.Matches(label.Name))
                continue;

            var joined = _labels[i].Value as JoinedValue ?? new JoinedValue(_labels[i]);
            joined.Add(label);
            _labels[i] = _labels[i] with { Value = joined };
            return;
        }

        _labels.Add(label);
    }

    /// <summary>Puts a label before all others; its name must not be in the set.</summary>
    public void Insert(string name, string value) => _labels.Insert(0, new Label(NameOf(name), name, value));

    /// <summary>Removes the label of a name that the format keeps for itself.</summary>
    public void Remove(string name)
    {
        for (var i = _labels.Count - 1; i >= 0; i--)
        {
            if (string.Equals(_labels[i].Name.Text, name, StringComparison.Ordinal))
                _labels.RemoveAt(i);
        }
    }

    /// <summary>Leaves out what would make the labels longer, names and values together, than so many characters.</summary>
    public void Truncate(int maxCharacters)
    {
        var left = maxCharacters;
        _labels.RemoveAll(label =>
        {
            var characters = label.Name.Text.Length + LabelValue.ToText(label.Value).EnumerateRunes().Count();
            if (characters > left)
                return true;

            left -= characters;
            return false;
        });
    }

    /// <summary>Writes <c>a="1",b="2"</c>.</summary>
    public void WriteTo(ExpositionBuffer buffer)
    {
        for (var i = 0; i < _labels.Count; i++)
        {
            if (i > 0)
                buffer.Write((byte)',');

            buffer.Write(_labels[i].Name.Utf8);
            buffer.Write("=\""u8);
            LabelValue.Write(buffer, _labels[i].Value, Escaped);
            buffer.Write((byte)'"');
        }
    }

    private LabelName NameOf(string key)
    {
        if (_names.TryGetValue(key, out var name))
            return name;

        name = new LabelName(PrometheusName.SanitizeLabel(key));
        if (_names.Count < MaxCachedNames)
            _names.Add(key, name);

        return name;
    }

    private sealed class JoinedValue(Label first)
    {
        private readonly List<Label> _parts = [first];

        public void Add(Label label) => _parts.Add(label);

        public override string ToString()
            => string.Join(';', _parts.OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => LabelValue.ToText(part.Value)));
    }
}
