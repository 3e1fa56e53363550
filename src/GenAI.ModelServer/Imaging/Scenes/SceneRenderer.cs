namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>Draws scenes, antialiased.</summary>
internal static class SceneRenderer
{
    /// <param name="scene">Not empty.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="seed">Decides what the scene leaves open.</param>
    /// <param name="planes">Receives planar RGB in [-1, 1].</param>
    public static void Render(Scene scene, int width, int height, ulong seed, Span<float> planes)
    {
        var backdrop = scene.Backdrop ?? throw new ArgumentException("An empty scene has nothing to render.", nameof(scene));
        var canvas = new Canvas(width, height, planes);
        BackdropPainter.Paint(backdrop, seed, canvas);
        foreach (var shape in SceneLayout.Place(scene, width, height, seed))
            ShapePainter.Paint(shape, canvas);
    }
}
