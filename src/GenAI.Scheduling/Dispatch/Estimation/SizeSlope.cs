namespace GenAI.Scheduling.Dispatch.Estimation;

/// <summary>
/// How log time grows with log (steps × pixels × images): the slope of a line through the mean size, by recursive least squares with
/// a prior for 0, so that sizes that say nothing, or are all alike, count for nothing.
/// </summary>
/// <param name="mostRemembered">Beyond so many jobs the oldest are forgotten, little by little.</param>
internal sealed class SizeSlope(int mostRemembered)
{
    /// <summary>As much as sizes that differ by a factor of e, seen so many times, would have to say.</summary>
    private const double Prior = 5;

    private long _count;
    private double _mean;
    private double _spread = Prior;
    private double _slope;

    /// <summary>What the job's size adds to the logarithm of its seconds.</summary>
    public double Part(DispatchJob job) => _count == 0 ? 0 : _slope * (Log(job) - _mean);

    /// <param name="error">Of the estimate with the size as it counts now, in logarithms; the caller clips it.</param>
    public void Learn(DispatchJob job, double error)
    {
        var size = Log(job);
        var weight = 1.0 / Math.Min(++_count, mostRemembered);
        _mean += (size - _mean) * weight;
        var from = size - _mean;
        if (_count > mostRemembered) _spread = Math.Max(Prior, _spread * (1 - weight));
        _spread += from * from;
        _slope += from * error / _spread;
    }

    private static double Log(DispatchJob job) => Math.Log(Math.Max(1, (double)Math.Max(1, job.Steps) * Math.Max(1, job.Pixels) * Math.Max(1, job.Images)));
}
