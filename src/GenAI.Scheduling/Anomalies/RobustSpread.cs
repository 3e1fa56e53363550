using GenAI.Scheduling.Forecasting;

namespace GenAI.Scheduling.Anomalies;

/// <summary>Median absolute deviation of values that are sorted already.</summary>
internal static class RobustSpread
{
    /// <remarks>The deviations left and right of the middle are sorted too, outwards: the median is found by merging half of them.</remarks>
    public static double MedianDeviation(SortedWindow window, double middle)
    {
        var values = window.BySize.AsSpan();
        if (values.IsEmpty) return 0;
        var right = 0;
        while (right < values.Length && values[right] < middle) right++;
        var left = right - 1;
        double deviation = 0;
        for (var i = 0; i <= values.Length / 2; i++)
        {
            var below = left >= 0 ? middle - values[left] : double.PositiveInfinity;
            var above = right < values.Length ? values[right] - middle : double.PositiveInfinity;
            if (double.IsPositiveInfinity(below) && double.IsPositiveInfinity(above)) break;
            if (below < above) left--;
            else right++;
            deviation = Math.Min(below, above);
        }

        return deviation;
    }
}
