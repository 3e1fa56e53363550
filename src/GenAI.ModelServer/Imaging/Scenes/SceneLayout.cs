namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>
/// Gives each shape its place, size and colour. Everything the prompt leaves open comes from the seed; what it says is kept.
/// </summary>
internal sealed class SceneLayout
{
    /// <summary>How much of its cell a shape fills at the usual size.</summary>
    private const double CellShare = 0.68;

    private const double MaxCellShare = 0.94;
    private const double PositionJitter = 0.07;
    private const double SizeJitter = 0.06;
    private const double InnerScale = 0.55;

    private readonly Scene _scene;
    private readonly double _width;
    private readonly double _height;
    private readonly ShapeColours _colours;
    private readonly double _scatterX;
    private readonly double _scatterY;
    private SplitMix _random;

    private SceneLayout(Scene scene, double width, double height, ulong seed)
    {
        _scene = scene;
        _width = width;
        _height = height;
        _random = new SplitMix(seed);
        _colours = new ShapeColours(scene, seed);
        _scatterX = _random.NextDouble();
        _scatterY = _random.NextDouble();
    }

    /// <summary>A part of the picture, in units of its shorter side.</summary>
    private readonly record struct Cell(double X, double Y, double Width, double Height);

    /// <returns>Furthest back first.</returns>
    public static IReadOnlyList<PlacedShape> Place(Scene scene, int width, int height, ulong seed)
    {
        double side = Math.Min(width, height);
        return new SceneLayout(scene, width / side, height / side, seed).Place();
    }

    private List<PlacedShape> Place()
    {
        var shapes = new List<PlacedShape>();
        var order = Enumerable.Range(0, _scene.Groups.Length).OrderByDescending(i => _scene.Groups[i].Kind == ShapeKind.Mountain && IsScenery);
        foreach (var index in order)
        {
            var group = _scene.Groups[index];
            if (group.Region.HasFlag(Region.Scattered))
                Scatter(group, index, shapes);
            else
                Arrange(group, index, CellOf(index), shapes);
        }

        return shapes;
    }

    private bool IsScenery => _scene.Backdrop is { IsScenery: true };

    /// <summary>Places of the R2 sequence (Roberts 2018), which keeps them apart, from a start that the seed chooses.</summary>
    private void Scatter(ShapeGroup group, int index, List<PlacedShape> shapes)
    {
        const double side = 0.4;
        var before = _scene.Groups.Take(index).Sum(earlier => earlier.Count);
        for (var i = before; i < before + group.Count; i++)
        {
            var (x, y) = ((_scatterX + i * 0.7548776662) % 1, (_scatterY + i * 0.5698402910) % 1);
            Add(group, index, new Cell(x * _width - side / 2, y * _height - side / 2, side, side), side, shapes);
        }
    }

    private void Arrange(ShapeGroup group, int index, Cell cell, List<PlacedShape> shapes)
    {
        var columns = Math.Clamp((int)Math.Round(Math.Sqrt(group.Count * cell.Width / cell.Height)), 1, group.Count);
        var rows = (group.Count + columns - 1) / columns;
        var side = IsScenery && group.Kind == ShapeKind.Mountain ? cell.Height : Math.Min(cell.Width / columns, cell.Height / rows);
        for (var i = 0; i < group.Count; i++)
        {
            var (row, column) = Math.DivRem(i, columns);
            var inRow = row == rows - 1 ? group.Count - row * columns : columns;
            var width = cell.Width / inRow;
            Add(group, index, new(cell.X + column * width, cell.Y + row * cell.Height / rows, width, cell.Height / rows), side, shapes);
        }
    }

    private void Add(ShapeGroup group, int index, Cell cell, double side, List<PlacedShape> shapes)
    {
        var isInner = IsInner(index);
        var share = Math.Min(CellShare * group.Size, group.Region.HasFlag(Region.Scattered) ? double.MaxValue : MaxCellShare) * (isInner ? InnerScale : 1);
        var radius = side / 2 * (group.HoldsNext ? MaxCellShare : share) * (1 + _random.Between(-SizeJitter, SizeJitter));
        var jitter = isInner || group.HoldsNext ? 0 : PositionJitter * side / 2;
        var (fill, accent) = _colours.Of(group, index);
        var shape = new PlacedShape(
            group.Kind,
            cell.X + cell.Width / 2 + _random.Between(-jitter, jitter),
            cell.Y + cell.Height / 2 + _random.Between(-jitter, jitter),
            radius,
            fill,
            group.Texture,
            accent,
            Tilt(group.Kind));
        CompositeShapes.Expand(shape, shapes);
    }

    private double Tilt(ShapeKind kind) => kind switch
    {
        ShapeKind.Star or ShapeKind.Hexagon or ShapeKind.Pentagon or ShapeKind.Octagon or ShapeKind.Flower or ShapeKind.Sun => _random.Between(-0.25, 0.25),
        ShapeKind.Line => _random.Between(-0.6, 0.6),
        ShapeKind.Square or ShapeKind.Rectangle or ShapeKind.Triangle or ShapeKind.Diamond or ShapeKind.Cross => _random.Between(-0.08, 0.08),
        ShapeKind.Crescent => -0.5,
        _ => 0,
    };

    private Cell CellOf(int index)
    {
        var group = _scene.Groups[index];
        if (IsScenery && group.Kind != ShapeKind.Mountain && IsOnGround(group.Kind) && !IsSideways(group.Region))
            return Share(new(0.05 * _width, 0.42 * _height, 0.9 * _width, 0.5 * _height), index, other => IsOnGround(other.Kind) && other.Kind != ShapeKind.Mountain);
        if (IsScenery && !IsSideways(group.Region) && Outdoors(group.Kind) is { } outdoors)
            return outdoors;
        return group.Region != Region.Anywhere ? Named(group.Region) : Share(new(0, 0, _width, _height), index, IsFree);
    }

    private static bool IsSideways(Region region) => (region & (Region.Left | Region.Right)) != Region.Anywhere;

    private static bool IsOnGround(ShapeKind kind) => kind is ShapeKind.House or ShapeKind.Tree or ShapeKind.Flower or ShapeKind.Mountain;

    private bool IsFree(ShapeGroup group) =>
        group.Region == Region.Anywhere && !(IsScenery && (IsOnGround(group.Kind) || Outdoors(group.Kind) is not null));

    private Cell Named(Region region)
    {
        var (x, width) = Part(region, Region.Left, Region.Right, _width);
        var (y, height) = Part(region, Region.Top, Region.Bottom, _height);
        return new(x, y, width, height);
    }

    /// <summary>Half of the length, or, for what is neither first nor last, all of it.</summary>
    private static (double Start, double Length) Part(Region region, Region first, Region last, double length) =>
        region.HasFlag(first) ? (0, length / 2) : region.HasFlag(last) ? (length / 2, length / 2) : (0, length);

    private Cell? Outdoors(ShapeKind kind) => kind switch
    {
        ShapeKind.Sun => new(0.62 * _width, 0.04 * _height, 0.34 * _width, 0.36 * _height),
        ShapeKind.Crescent => new(0.06 * _width, 0.05 * _height, 0.34 * _width, 0.34 * _height),
        ShapeKind.Cloud => new(0.04 * _width, 0.06 * _height, 0.8 * _width, 0.3 * _height),
        ShapeKind.Mountain => new(-0.1 * _width, 0.14 * _height, 1.2 * _width, 0.7 * _height),
        _ => null,
    };

    /// <summary>Groups that may go to the same place divide it along its longer side, in the order of the prompt.</summary>
    private Cell Share(Cell whole, int index, Func<ShapeGroup, bool> mayShare)
    {
        var sharing = Enumerable.Range(0, _scene.Groups.Length)
            .Where(i => i == index || (mayShare(_scene.Groups[i]) && !IsPairedWith(i, index) && !IsInner(i)))
            .ToArray();
        var weights = sharing.Select(i => Math.Sqrt(_scene.Groups[i].Count)).ToArray();
        var position = Array.IndexOf(sharing, index);
        var (start, share) = (weights.Take(position).Sum() / weights.Sum(), weights[position] / weights.Sum());
        return whole.Width >= whole.Height
            ? whole with { X = whole.X + start * whole.Width, Width = share * whole.Width }
            : whole with { Y = whole.Y + start * whole.Height, Height = share * whole.Height };
    }

    private bool IsInner(int index) => index > 0 && _scene.Groups[index - 1].HoldsNext;

    /// <summary>A shape and the one it holds have one place.</summary>
    private bool IsPairedWith(int index, int other) =>
        (index + 1 == other && _scene.Groups[index].HoldsNext) || (other + 1 == index && _scene.Groups[other].HoldsNext);
}
