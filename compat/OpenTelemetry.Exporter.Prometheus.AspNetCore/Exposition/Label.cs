using System.Text;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>A label before its value is written. <paramref name="Key"/> is what it was called in OpenTelemetry.</summary>
internal readonly record struct Label(LabelName Name, string Key, object? Value);

/// <summary>A valid label name, encoded once.</summary>
internal sealed class LabelName(string text)
{
    public string Text { get; } = text;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(text);

    public bool Matches(LabelName other)
        => ReferenceEquals(this, other) || string.Equals(Text, other.Text, StringComparison.Ordinal);
}
