using System.Text;

namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>
/// Texts of telemetry, each with what is secret in it made unreadable. Short ones, of which telemetry repeats few again and again,
/// are kept once: at most 16,384, then all are forgotten and learnt anew.
/// </summary>
internal sealed class TextPool(Func<string, string> mask)
{
    private const int MaxTexts = 16_384;
    private const int MaxPooledBytes = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <param name="maxLength">In characters; what is longer ends in `…`.</param>
    public string Of(ReadOnlySpan<byte> utf8, int maxLength = int.MaxValue)
    {
        if (utf8.IsEmpty)
            return "";
        if (utf8.Length > MaxPooledBytes)
            return mask(Shortened(Encoding.UTF8.GetString(utf8), maxLength));

        Span<char> characters = stackalloc char[MaxPooledBytes];
        var text = characters[..Encoding.UTF8.GetChars(utf8, characters)];
        lock (_lock)
        {
            var texts = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
            if (texts.TryGetValue(text, out var known))
                return known;
            if (_texts.Count >= MaxTexts)
                _texts.Clear();
            return texts[text] = mask(text.ToString());
        }
    }

    public string Of(string text, int maxLength = int.MaxValue) => mask(Shortened(text, maxLength));

    private static string Shortened(string text, int maxLength) => text.Length <= maxLength ? text : text[..(maxLength - 1)] + "…";
}
