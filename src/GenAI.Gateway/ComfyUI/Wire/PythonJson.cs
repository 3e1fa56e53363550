using System.Buffers;

namespace GenAI.Gateway.ComfyUI.Wire;

/// <summary>
/// JSON as Python's <c>json.dumps</c> writes it, made into JSON that others can read. Python writes <c>NaN</c>, <c>Infinity</c> and
/// <c>-Infinity</c> as they stand: ComfyUI notes <c>"is_changed": [NaN]</c> in a prompt whose node always runs anew, and custom nodes have
/// inputs with <c>"max": Infinity</c>. They become null, as in ComfyUI's own page. Pure.
/// </summary>
internal static class PythonJson
{
    private const int EscapeLength = 6;

    /// <summary>What an instance answered. Half a surrogate pair, of a file's name that is not UTF-8, becomes U+FFFD.</summary>
    public static byte[] OfInstance(byte[] text) =>
        HasNonFinite(text) || text.AsSpan().IndexOf("\\ud"u8) >= 0 || text.AsSpan().IndexOf("\\uD"u8) >= 0 ? Rewrite(text, mendsText: true) : text;

    /// <summary>What a client sent.</summary>
    public static byte[] OfClient(byte[] text) => HasNonFinite(text) ? Rewrite(text, mendsText: false) : text;

    private static bool HasNonFinite(ReadOnlySpan<byte> text) => text.IndexOf("NaN"u8) >= 0 || text.IndexOf("Infinity"u8) >= 0;

    private static byte[] Rewrite(ReadOnlySpan<byte> text, bool mendsText)
    {
        var written = new ArrayBufferWriter<byte>(text.Length);
        while (text.Length > 0)
        {
            var length = 1;
            if (text[0] == '"')
            {
                length = TextLength(text);
                if (mendsText) Mend(text[..length], written);
                else written.Write(text[..length]);
            }
            else if (NonFiniteLength(text) is > 0 and var word)
            {
                written.Write("null"u8);
                length = word;
            }
            else
            {
                length = text[1..].IndexOfAny("\"NI-"u8) is >= 0 and var next ? next + 1 : text.Length;
                written.Write(text[..length]);
            }

            text = text[length..];
        }

        return written.WrittenSpan.ToArray();
    }

    private static int NonFiniteLength(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : text.StartsWith("-Infinity"u8) ? 9 : 0;

    /// <summary>With both its quotes; to the end where the second is missing.</summary>
    private static int TextLength(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"') return i + 1;
            if (text[i] == '\\') i++;
        }

        return text.Length;
    }

    private static void Mend(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> written)
    {
        while (text.IndexOf((byte)'\\') is >= 0 and var escape)
        {
            written.Write(text[..escape]);
            text = text[escape..];
            var isHigh = IsSurrogate(text, "89aAbB"u8);
            var isPair = isHigh && IsSurrogate(text[EscapeLength..], "cCdDeEfF"u8);
            var isHalf = !isPair && (isHigh || IsSurrogate(text, "cCdDeEfF"u8));
            var length = Math.Min(isPair ? 2 * EscapeLength : isHalf ? EscapeLength : 2, text.Length);
            written.Write(isHalf ? "\\ufffd"u8 : text[..length]);
            text = text[length..];
        }

        written.Write(text);
    }

    /// <summary>Whether it begins with <c>\ud</c> and one of those digits.</summary>
    private static bool IsSurrogate(ReadOnlySpan<byte> text, ReadOnlySpan<byte> digits) =>
        text.Length >= EscapeLength && text[0] == '\\' && text[1] == 'u' && text[2] is (byte)'d' or (byte)'D' && digits.Contains(text[3]);
}
