using System.Text.RegularExpressions;

namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>
/// A prompt as lower-case words and separators (","). The weight syntax of ComfyUI and A1111, "(word:1.2)" or "[word]", and
/// LoRA tags, "&lt;lora:name:0.8&gt;", are tolerated and dropped.
/// </summary>
internal static partial class PromptWords
{
    public const string Separator = ",";

    public static IEnumerable<string> Of(string prompt)
    {
        var plain = LoraTag().Replace(prompt[..Math.Min(prompt.Length, ImagingLimits.MaxPromptLength)], " ");
        return Word().Matches(Weight().Replace(plain, " ")).Select(match => match.Value.ToLowerInvariant() switch
        {
            "." or ";" or ":" or "\n" => Separator,
            var word => word,
        });
    }

    [GeneratedRegex("<[^<>]*>", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LoraTag();

    [GeneratedRegex(@":\s*[0-9]+(\.[0-9]+)?\s*\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Weight();

    [GeneratedRegex(@"[\p{L}\p{N}]+|[,.;:\n]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
