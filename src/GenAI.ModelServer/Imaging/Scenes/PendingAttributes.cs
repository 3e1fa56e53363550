namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>What has been said about a noun that has not come yet.</summary>
internal sealed class PendingAttributes
{
    public List<Rgb> Colours { get; } = [];

    public Func<Rgb, Rgb>? Shade { get; set; }

    public TextureKind Texture { get; set; }

    public double Size { get; set; } = 1;

    public int? Count { get; set; }

    public Region Region { get; set; }

    public bool IsBare => Colours.Count == 0 && Texture == TextureKind.None;

    public void Add(Rgb colour)
    {
        Colours.Add(Shade is null ? colour : Shade(colour));
        Shade = null;
    }
}
