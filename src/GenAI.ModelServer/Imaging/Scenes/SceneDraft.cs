using System.Collections.Immutable;
using System.Text;

namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>A scene while its prompt is being read.</summary>
internal sealed class SceneDraft
{
    private const int PluralCount = 3;
    private const ulong HashOffset = 0xCBF29CE484222325;
    private const ulong HashPrime = 0x100000001B3;

    private readonly List<ShapeGroup> _groups = [];
    private Backdrop? _backdrop;
    private bool _isPlainBackdrop;
    private Region _nextRegion;
    private Nesting _nesting;
    private bool _afterGroup;
    private ulong _mood;

    private enum Nesting
    {
        None,
        On,
        Inside,
    }

    public PendingAttributes Pending { get; private set; } = new();

    private ShapeGroup? Last => _groups.Count > 0 ? _groups[^1] : null;

    public void AddShape(ShapeKind kind, bool isPlural)
    {
        var room = ImagingLimits.MaxShapes - _groups.Sum(group => group.Count);
        var count = Math.Min(Pending.Count ?? (isPlural ? PluralCount : 1), room);
        if (count > 0)
            Insert(new ShapeGroup(kind, count, [.. Pending.Colours], Pending.Size, Pending.Texture, Pending.Region | _nextRegion));
        Reset();
        _afterGroup = true;
    }

    /// <summary>"background", "wall": the pending colours are its, or those that follow ("the background is blue").</summary>
    public void SetBackground()
    {
        if (!Pending.IsBare)
            UseAsBackdrop();
        else if (_backdrop is null)
            _nesting = Nesting.On;
        _afterGroup = false;
    }

    /// <summary>The first scenery named wins ("a starry night sky" is a night), unless it only meant a plain colour.</summary>
    public void SetScenery(Backdrop scenery)
    {
        if (_backdrop is null || _isPlainBackdrop || _backdrop == scenery)
            _backdrop = Pending.Colours.Count > 0 ? Sceneries.Tinted(scenery, Pending.Colours[0]) : scenery;
        Reset();
        _afterGroup = false;
    }

    /// <summary>A place belongs to the shape before it ("a circle on the left"), unless a new description has begun.</summary>
    public void Place(Region region)
    {
        if (_afterGroup && Pending.IsBare && Last is { } last)
            _groups[^1] = last with { Region = last.Region | region };
        else
            Pending.Region |= region;
        _nesting = Nesting.None;
    }

    public void Relate(Region last, Region next)
    {
        if (Last is not { } group)
            return;
        if (group.Region == Region.Anywhere)
            _groups[^1] = group with { Region = last };
        _nextRegion = next;
    }

    public void PlaceInsideNext() => _nesting = Nesting.Inside;

    /// <summary>In "a circle in teal on a white wall" the teal is the circle's, and the white something else's.</summary>
    public void PlaceOnNext()
    {
        if (_afterGroup && !Pending.IsBare)
        {
            UseLeftovers();
            Pending = new();
        }

        if (_nesting == Nesting.None)
            _nesting = Nesting.On;
    }

    /// <summary>"red and white striped" is one description; otherwise "and" begins another.</summary>
    public void And()
    {
        var isWithinDescription = Pending.Colours.Count > 0 && (_nesting == Nesting.On || !_afterGroup);
        if (!isWithinDescription)
            EndClause();
    }

    public void EndClause()
    {
        if (!Pending.IsBare)
            UseLeftovers();
        Reset();
        _afterGroup = false;
    }

    /// <summary>FNV-1a over the unknown words, order included.</summary>
    public void AddUnknown(string word)
    {
        _mood = _mood == 0 ? HashOffset : _mood;
        foreach (var value in Encoding.UTF8.GetBytes(word))
            _mood = (_mood ^ value) * HashPrime;
        _mood = (_mood ^ ' ') * HashPrime;
    }

    public Scene Finish()
    {
        // The stars of a night are points of light, not shapes, unless something is said about them.
        if (_backdrop is { Stars: > 0 })
            _groups.RemoveAll(group => group is { Kind: ShapeKind.Star, Count: PluralCount, Colours.Length: 0, Region: Region.Anywhere });
        if (_backdrop is null && _groups.Count == 0)
            return _mood == 0 ? Scene.Empty : InventedScene.From(_mood);
        return new Scene(_backdrop ?? Backdrops.For(_groups, _mood), [.. _groups], _mood, IsInvented: false);
    }

    private void Insert(ShapeGroup group)
    {
        if (_nesting == Nesting.None || Last is not { } inner || _backdrop is { IsScenery: true } || group.Region != Region.Anywhere)
            _groups.Add(group);
        else
            _groups.Insert(_groups.Count - 1, group with { HoldsNext = true, Region = inner.Region });
    }

    private void UseLeftovers()
    {
        if (_nesting == Nesting.On || _groups.Count == 0)
            UseAsBackdrop();
        else if (Last is { Colours.Length: 0 } last)
            _groups[^1] = last with { Colours = [.. Pending.Colours], Texture = Pending.Texture == TextureKind.None ? last.Texture : Pending.Texture };
    }

    private void UseAsBackdrop()
    {
        var colours = Pending.Colours;
        var first = colours.Count > 0 ? colours[0] : Backdrops.Neutral(_groups);
        ImmutableArray<GradientStop> blend = [new(0, first), new(1, colours.Count > 1 ? colours[^1] : first.Darker(0.45f))];
        _backdrop = Pending.Texture == TextureKind.Gradient
            ? new Backdrop(blend)
            : Backdrop.Plain(first) with { Texture = Pending.Texture, Accent = colours.Count > 1 ? colours[1] : null };
        _isPlainBackdrop = true;
        Reset();
    }

    private void Reset()
    {
        Pending = new();
        _nextRegion = Region.Anywhere;
        _nesting = Nesting.None;
    }
}
