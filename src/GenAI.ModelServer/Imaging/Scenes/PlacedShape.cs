namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>A shape with everything needed to draw it. Lengths are in units of the picture's shorter side, y downwards.</summary>
/// <param name="Kind">The outline.</param>
/// <param name="X">Centre.</param>
/// <param name="Y">Centre.</param>
/// <param name="Radius">Half of its height, or of the circle around it.</param>
/// <param name="Fill">First colour.</param>
/// <param name="Texture">How the second colour is mixed in.</param>
/// <param name="Accent">Second colour.</param>
/// <param name="Angle">Clockwise, radians.</param>
/// <param name="Stretch">Width relative to height.</param>
/// <param name="HasShadow">Drawn with a soft shadow behind it.</param>
internal readonly record struct PlacedShape(
    ShapeKind Kind, double X, double Y, double Radius, Rgb Fill, TextureKind Texture, Rgb Accent, double Angle = 0, double Stretch = 1, bool HasShadow = true);
