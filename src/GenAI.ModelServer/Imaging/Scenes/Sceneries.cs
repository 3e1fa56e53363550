using System.Collections.Frozen;

namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>Backdrops that a word stands for.</summary>
internal static class Sceneries
{
    private static readonly FrozenDictionary<string, Backdrop> ByWord = new Dictionary<string, Backdrop>(StringComparer.Ordinal)
    {
        ["sky"] = Make((0, 0x3E8EDE), (1, 0xCFE8FA)),
        ["day"] = Make((0, 0x4C9BE8), (0.66f, 0xD3EAFB), (0.66f, 0x7CBF5A), (1, 0x4E9A3C)),
        ["night"] = Make((0, 0x060A24), (0.7f, 0x16235A), (1, 0x2A3A78)) with { Stars = 90 },
        ["sunset"] = Make((0, 0x43286E), (0.4f, 0xC9446A), (0.66f, 0xFFA23E), (0.66f, 0x3A2342), (1, 0x1E1428)),
        ["sunrise"] = Make((0, 0x6F9BD8), (0.45f, 0xF6B7B0), (0.66f, 0xFFE2A0), (0.66f, 0x5B7F5E), (1, 0x35543E)),
        ["sea"] = Make((0, 0x6DB6F0), (0.5f, 0xDDF1FB), (0.5f, 0x1F7FB8), (1, 0x0B3E70)),
        ["beach"] = Make((0, 0x58B0F0), (0.42f, 0xDDF3FC), (0.42f, 0x2A9CC4), (0.64f, 0x5CC8D4), (0.64f, 0xF2DCA4), (1, 0xDDBB78)),
        ["meadow"] = Make((0, 0x5AA9EC), (0.55f, 0xDCEFFB), (0.55f, 0x86CC5E), (1, 0x3F8F35)),
        ["desert"] = Make((0, 0x5FA8DC), (0.55f, 0xFBE6BC), (0.55f, 0xE6BC74), (1, 0xB9803E)),
        ["snow"] = Make((0, 0x8FB4D8), (0.58f, 0xE6EFF7), (0.58f, 0xFCFDFF), (1, 0xD3DFEB)),
        ["forest"] = Make((0, 0x9CC8B0), (0.45f, 0x4E8F62), (0.7f, 0x245A3A), (0.7f, 0x2F4A26), (1, 0x18301A)),
        ["space"] = Make((0, 0x05050E), (0.55f, 0x170E2E), (1, 0x07060F)) with { Stars = 170 },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Synonyms = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ocean"] = "sea", ["lake"] = "sea", ["water"] = "sea", ["grass"] = "meadow", ["field"] = "meadow", ["landscape"] = "day", ["countryside"] = "meadow",
        ["dusk"] = "sunset", ["dawn"] = "sunrise", ["morning"] = "sunrise", ["evening"] = "sunset", ["galaxy"] = "space", ["cosmos"] = "space", ["universe"] = "space",
        ["starry"] = "night", ["midnight"] = "night", ["woods"] = "forest", ["jungle"] = "forest", ["snowy"] = "snow", ["winter"] = "snow", ["dunes"] = "desert",
        ["coast"] = "beach", ["shore"] = "beach", ["heaven"] = "sky",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What stands outdoors where a prompt names no backdrop.</summary>
    public static Backdrop Day => ByWord["day"];

    public static Backdrop Night => ByWord["night"];

    public static bool TryGet(string word, out Backdrop backdrop) => ByWord.TryGetValue(Synonyms.GetValueOrDefault(word, word), out backdrop!);

    /// <summary>The scenery's sky in this colour.</summary>
    public static Backdrop Tinted(Backdrop scenery, Rgb colour)
    {
        var horizon = scenery.Stops.Skip(1).Zip(scenery.Stops, (stop, before) => (stop, before)).FirstOrDefault(pair => pair.stop.Position == pair.before.Position).stop.Position;
        var sky = horizon == 0 ? 1 : horizon;
        return scenery with
        {
            Stops = [new(0, colour.Darker(0.08f)), new(sky, colour.Lighter(0.25f)), .. scenery.Stops.SkipWhile(stop => stop.Position < sky).Skip(1)],
        };
    }

    private static Backdrop Make(params (float Position, int Hex)[] stops) =>
        new([.. stops.Select(stop => new GradientStop(stop.Position, Rgb.FromHex(stop.Hex)))], IsScenery: true);
}
