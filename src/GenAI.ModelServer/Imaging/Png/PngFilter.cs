using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Png;

/// <summary>Undoes the row filters (section 9.2) in place.</summary>
internal static class PngFilter
{
    /// <param name="filter">The filter type in front of the row.</param>
    /// <param name="row">The filtered bytes; holds the original ones on return.</param>
    /// <param name="above">The row above, already restored; zeros, as long as <paramref name="row"/>, for the first.</param>
    /// <param name="distance">Bytes back to the corresponding byte of the pixel to the left.</param>
    /// <exception cref="InvalidDataException">There is no such filter.</exception>
    public static void Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (var i = distance; i < row.Length; i++)
                    row[i] += row[i - distance];
                break;
            case 2:
                TensorPrimitives.Add(row, above, row);
                break;
            case 3:
                for (var i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i < distance ? 0 : row[i - distance]) + above[i]) / 2);
                break;
            case 4:
                for (var i = 0; i < row.Length; i++)
                    row[i] += i < distance ? above[i] : Paeth(row[i - distance], above[i], above[i - distance]);
                break;
            default:
                throw new InvalidDataException($"PNG: there is no row filter {filter}.");
        }
    }

    /// <summary>Whichever neighbour is nearest to left + above - diagonal; ties in this order.</summary>
    private static byte Paeth(byte left, byte above, byte diagonal)
    {
        var estimate = left + above - diagonal;
        var (toLeft, toAbove, toDiagonal) = (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - diagonal));
        if (toLeft <= toAbove && toLeft <= toDiagonal)
            return left;
        return toAbove <= toDiagonal ? above : diagonal;
    }
}
