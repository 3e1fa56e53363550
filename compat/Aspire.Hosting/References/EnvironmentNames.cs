namespace Aspire.Hosting.ApplicationModel;

internal static class EnvironmentNames
{
    /// <summary>A name as part of an environment variable's: everything but ASCII letters and digits becomes `_`.</summary>
    public static string Encode(string name)
    {
        var encoded = string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
        });
        return encoded.Length > 0 && char.IsAsciiDigit(encoded[0]) ? "_" + encoded : encoded;
    }
}
