using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.Tests;

/// <summary>Looks at pictures.</summary>
internal static class Colours
{
    /// <summary>The mean colour of a square of a tenth of the picture's side around a point given in parts of it.</summary>
    public static (double R, double G, double B) At(this Picture picture, double x, double y)
    {
        var half = Math.Max(1, picture.Width / 20);
        var (centreX, centreY) = ((int)(x * picture.Width), (int)(y * picture.Height));
        double r = 0, g = 0, b = 0;
        var count = 0;
        for (var row = Math.Max(0, centreY - half); row < Math.Min(picture.Height, centreY + half); row++)
        {
            for (var column = Math.Max(0, centreX - half); column < Math.Min(picture.Width, centreX + half); column++, count++)
            {
                var pixel = 3 * (row * picture.Width + column);
                r += picture.Rgb[pixel];
                g += picture.Rgb[pixel + 1];
                b += picture.Rgb[pixel + 2];
            }
        }

        return (r / count, g / count, b / count);
    }

    /// <summary>Mean difference between neighbouring pixels: high for noise, low for a picture of plain areas.</summary>
    public static double Roughness(this Picture picture)
    {
        double sum = 0;
        for (var i = 3; i < picture.Rgb.Length; i++) sum += Math.Abs(picture.Rgb[i] - picture.Rgb[i - 3]);
        return sum / picture.Rgb.Length;
    }
}
