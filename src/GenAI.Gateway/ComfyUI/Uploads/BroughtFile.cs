namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary>
/// What a file that the gateway brings to an instance is called there: the SHA-256 of its content, and the ending of the client's name. Whoever
/// knows the name can have the file, so that no listing shows it.
/// </summary>
internal static class BroughtFile
{
    private const int HashLength = 64;

    public static string Name(string hash, string extension) => hash + extension;

    public static string Masked(string hash) => hash + "-masked.png";

    public static bool IsName(string name) =>
        name.Length >= HashLength && name.Take(HashLength).All(char.IsAsciiHexDigitLower)
        && (name.Length == HashLength || name[HashLength] is '.' or '-');
}
