using System.Text.Json;

namespace GenAI.Gateway.Automatic1111;

/// <summary>The web UI's settings that mean something here. All but the checkpoint are as they are.</summary>
internal static class SettingNames
{
    public const string Checkpoint = "sd_model_checkpoint";

    private static readonly Dictionary<string, JsonElement> Fixed = new(StringComparer.Ordinal)
    {
        ["sd_vae"] = JsonSerializer.SerializeToElement("Automatic"),
        ["CLIP_stop_at_last_layers"] = JsonSerializer.SerializeToElement(1),
        ["samples_format"] = JsonSerializer.SerializeToElement("png"),
        ["eta_noise_seed_delta"] = JsonSerializer.SerializeToElement(0),
        ["randn_source"] = JsonSerializer.SerializeToElement("CPU"),
    };

    public static string Known { get; } =
        $"{Checkpoint} can be chosen, and {string.Join(", ", Fixed.Select(setting => $"{setting.Key} is {setting.Value.GetRawText()}"))}";

    /// <summary>Whether the setting has that value already.</summary>
    public static bool IsAsItIs(string name, JsonElement value) => Fixed.TryGetValue(name, out var known) && JsonElement.DeepEquals(known, value);

    /// <summary>As <c>GET /sdapi/v1/options</c> shows them.</summary>
    public static Dictionary<string, object> With(string checkpoint)
    {
        var all = new Dictionary<string, object>(StringComparer.Ordinal) { [Checkpoint] = checkpoint };
        foreach (var (name, value) in Fixed) all[name] = value;
        return all;
    }
}
