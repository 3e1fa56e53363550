using System.Collections.Frozen;

namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>Colour words: CSS Color Level 4 names where the everyday meaning agrees, else a usual reading ("green" is not lime, but not CSS's dark one).</summary>
internal static class ColourNames
{
    private static readonly FrozenDictionary<string, Rgb> Named = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["red"] = 0xE01B1B, ["crimson"] = 0xDC143C, ["scarlet"] = 0xFF2400, ["maroon"] = 0x800000, ["ruby"] = 0xC2114D,
        ["orange"] = 0xFF8C00, ["coral"] = 0xFF7F50, ["salmon"] = 0xFA8072, ["peach"] = 0xFFCBA4, ["amber"] = 0xFFBF00,
        ["yellow"] = 0xFFE11A, ["gold"] = 0xFFC81E, ["golden"] = 0xFFC81E, ["khaki"] = 0xC3B091, ["cream"] = 0xFFF6DC,
        ["green"] = 0x1FA83A, ["lime"] = 0x7FE81A, ["olive"] = 0x808000, ["emerald"] = 0x2FBF71, ["mint"] = 0x98F5C4,
        ["teal"] = 0x008080, ["turquoise"] = 0x40E0D0, ["cyan"] = 0x00DCEB, ["aqua"] = 0x00DCEB,
        ["blue"] = 0x1E50E6, ["navy"] = 0x0A1A5C, ["azure"] = 0x3D9BFF, ["cobalt"] = 0x0047AB, ["sapphire"] = 0x0F52BA, ["indigo"] = 0x4B1AA8,
        ["purple"] = 0x8A2BC8, ["violet"] = 0x8F45E8, ["lavender"] = 0xC8B6F0, ["lilac"] = 0xC8A2C8, ["plum"] = 0x8E4585,
        ["magenta"] = 0xF01EB4, ["fuchsia"] = 0xF01EB4, ["pink"] = 0xFF7EB6, ["rose"] = 0xF5557E,
        ["brown"] = 0x7A4A21, ["chocolate"] = 0x6B3A16, ["tan"] = 0xD2B48C, ["beige"] = 0xEFE3C8, ["ivory"] = 0xFFFBEA,
        ["black"] = 0x101014, ["white"] = 0xFAFAFA, ["gray"] = 0x808488, ["grey"] = 0x808488, ["silver"] = 0xC4C8CE, ["charcoal"] = 0x36454F,
    }.ToFrozenDictionary(pair => pair.Key, pair => Rgb.FromHex(pair.Value), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Func<Rgb, Rgb>> Shades = new Dictionary<string, Func<Rgb, Rgb>>(StringComparer.Ordinal)
    {
        ["dark"] = colour => colour.Darker(0.5f),
        ["deep"] = colour => colour.Darker(0.35f),
        ["light"] = colour => colour.Lighter(0.5f),
        ["pale"] = colour => colour.Lighter(0.6f),
        ["pastel"] = colour => colour.Lighter(0.55f),
        ["bright"] = colour => colour.Lighter(0.1f),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Names => Named.Keys;

    public static bool TryGet(string word, out Rgb colour) => Named.TryGetValue(word, out colour);

    public static bool TryGetShade(string word, out Func<Rgb, Rgb> shade) => Shades.TryGetValue(word, out shade!);
}
