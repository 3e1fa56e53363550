using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>A piece of a page. What is put into <c>Html.Of($"…{text}…")</c> is encoded unless it is such a piece itself.</summary>
internal readonly struct Html(string markup)
{
    public static Html Empty { get; } = new("");

    public static Html Of(HtmlHandler content) => new(content.ToString());

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.ToString())));

    public static Html If(bool condition, HtmlHandler content) => condition ? Of(content) : Empty;

    public override string ToString() => markup ?? "";
}

/// <summary>Makes an interpolated string a piece of a page.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlHandler(int literalLength, int formattedCount)
{
    private readonly StringBuilder _markup = new(literalLength + (16 * formattedCount));

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(Html piece) => _markup.Append(piece.ToString());

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (var piece in pieces)
            AppendFormatted(piece);
    }

    public void AppendFormatted(string? text) => _markup.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(long number) => _markup.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>A place in a drawing.</summary>
    public void AppendFormatted(double number) => _markup.Append(CultureInfo.InvariantCulture, $"{number:0.##}");

    public override string ToString() => _markup.ToString();
}
