using System.Collections.Frozen;

namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>The words that have a meaning, apart from colours. Plurals are found by their singular.</summary>
internal static class Vocabulary
{
    private static readonly FrozenDictionary<string, ShapeKind> Shapes = Index(
        (ShapeKind.Circle, "circle disc disk ball sphere dot orb bubble balloon planet apple"),
        (ShapeKind.Ellipse, "ellipse oval egg"),
        (ShapeKind.Square, "square box cube block tile"),
        (ShapeKind.Rectangle, "rectangle bar panel door book"),
        (ShapeKind.Triangle, "triangle pyramid cone wedge"),
        (ShapeKind.Pentagon, "pentagon"),
        (ShapeKind.Hexagon, "hexagon"),
        (ShapeKind.Octagon, "octagon"),
        (ShapeKind.Diamond, "diamond rhombus kite gem crystal"),
        (ShapeKind.Star, "star"),
        (ShapeKind.Heart, "heart"),
        (ShapeKind.Ring, "ring donut doughnut torus hoop wheel"),
        (ShapeKind.Cross, "cross plus"),
        (ShapeKind.Line, "line stick beam"),
        (ShapeKind.Crescent, "crescent moon"),
        (ShapeKind.Cloud, "cloud"),
        (ShapeKind.Sun, "sun"),
        (ShapeKind.Flower, "flower blossom daisy"),
        (ShapeKind.House, "house home cottage hut cabin"),
        (ShapeKind.Tree, "tree oak"),
        (ShapeKind.Mountain, "mountain hill peak"));

    private static readonly FrozenDictionary<string, TextureKind> Textures = Index(
        (TextureKind.Stripes, "striped stripe stripy"),
        (TextureKind.Dots, "dotted spotted polka"),
        (TextureKind.Checker, "checker checkered chequered checked checkerboard chessboard plaid"),
        (TextureKind.Waves, "wavy wave rippled"),
        (TextureKind.Speckle, "noise noisy grainy speckled textured rough"),
        (TextureKind.Gradient, "gradient"));

    private static readonly FrozenDictionary<string, Region> Regions = Index(
        (Region.Left, "left"),
        (Region.Right, "right"),
        (Region.Top, "top upper"),
        (Region.Bottom, "bottom lower"),
        (Region.Centre, "centre center middle central centered centred"));

    private static readonly FrozenDictionary<string, double> Sizes = Index(
        (0.35, "tiny minuscule"), (0.6, "small little mini"), (1.3, "big large"), (1.5, "huge giant enormous gigantic massive"));

    private static readonly FrozenDictionary<string, int> Counts = Index(
        (1, "a an one single"), (2, "two pair"), (3, "three"), (4, "four"), (5, "five several"), (6, "six"), (7, "seven many"), (8, "eight"),
        (9, "nine"), (10, "ten"), (11, "eleven"), (12, "twelve dozen"));

    private static readonly FrozenSet<string> Backgrounds =
        Words("background backdrop wall canvas paper surface wallpaper");

    /// <summary>Grammar, and words about quality, medium or faults, which an image cannot show as things.</summary>
    private static readonly FrozenSet<string> Meaningless = Words(
        "a an the of in at to is are be it its this that there for from by as into onto near next beside between behind front side corner "
        + "shape shapes color colored colour coloured solid plain simple flat minimal minimalist picture image photo photograph photorealistic "
        + "realistic render rendering rendered illustration drawing painting art artwork style styled digital oil watercolor watercolour poster icon logo "
        + "vector graphic design concept quality best high highly low lowres res resolution hires hd uhd 4k 8k detail details detailed masterpiece "
        + "sharp focus beautiful stunning very ultra professional cinematic dramatic soft lighting lit studio shot depth trending artstation "
        + "blurry blur worst bad ugly deformed disfigured mutated anatomy extra fingers hands limbs missing cropped watermark signature text "
        + "username error jpeg artifacts artefacts nsfw please show showing draw make create generate some perfect nice clean crisp");

    public static bool TryShape(string word, out ShapeKind kind) => TryNoun(Shapes, word, out kind);

    public static bool TryTexture(string word, out TextureKind texture) => TryNoun(Textures, word, out texture);

    public static bool TryRegion(string word, out Region region) => Regions.TryGetValue(word, out region);

    public static bool TrySize(string word, out double size) => Sizes.TryGetValue(word, out size);

    /// <summary>Number words and digits, limited to <see cref="ImagingLimits.MaxShapes"/>.</summary>
    public static bool TryCount(string word, out int count)
    {
        if (Counts.TryGetValue(word, out count))
            return true;
        if (!int.TryParse(word, out count) || count < 1)
            return false;
        count = Math.Min(count, ImagingLimits.MaxShapes);
        return true;
    }

    public static bool IsBackground(string word) => Backgrounds.Contains(word);

    public static bool IsMeaningless(string word) => Meaningless.Contains(word);

    private static bool TryNoun<T>(FrozenDictionary<string, T> nouns, string word, out T value) =>
        nouns.TryGetValue(word, out value!)
        || (word.EndsWith("es", StringComparison.Ordinal) && nouns.TryGetValue(word[..^2], out value!))
        || (word.EndsWith('s') && nouns.TryGetValue(word[..^1], out value!))
        || (word.EndsWith("ies", StringComparison.Ordinal) && nouns.TryGetValue(word[..^3] + "y", out value!));

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static FrozenDictionary<string, T> Index<T>(params (T Value, string Words)[] entries) => entries
        .SelectMany(entry => entry.Words.Split(' ').Select(word => KeyValuePair.Create(word, entry.Value)))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
