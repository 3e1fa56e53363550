namespace GenAI.Scheduling.Scaling.Learning;

/// <summary>How a policy corrects its own targets by what they led to.</summary>
/// <param name="ObjectiveShare">Share of jobs that should begin in time.</param>
/// <param name="Jobs">Jobs after which the share is judged.</param>
/// <param name="Least">The factor on the room that is kept never falls below this,</param>
/// <param name="Most">nor rises above this.</param>
public sealed record LearningSettings(double ObjectiveShare, int Jobs, double Least, double Most)
{
    public static LearningSettings Default { get; } = new(0.995, 1000, 0.8, 1.25);
}

/// <summary>What was learned: a factor on the room kept, bounded; removing the setting or the state gives back 1.</summary>
/// <param name="Begun">The counters when the present judgement began.</param>
public sealed record LearnedTarget(double Factor, long Begun, long BegunLate)
{
    private const double Up = 1.05;
    private const double Down = 0.98;
    private const double TooGood = 0.25;

    /// <summary>
    /// Up by 5 % when more were late than the objective allows, down by 2 % when a quarter of what it allows or less were:
    /// quick on the side that hurts, slow on the side that costs.
    /// </summary>
    internal static LearnedTarget Next(LearnedTarget? before, LearningSettings settings, ScalingObservation observation)
    {
        if (before is null || observation.Begun < before.Begun || observation.BegunLate < before.BegunLate)
            return new LearnedTarget(before?.Factor ?? 1, observation.Begun, observation.BegunLate);
        var begun = observation.Begun - before.Begun;
        if (begun < settings.Jobs) return before;

        var late = (double)(observation.BegunLate - before.BegunLate) / begun;
        var allowed = 1 - settings.ObjectiveShare;
        var step = late > allowed ? Up : late <= allowed * TooGood ? Down : 1;
        return new LearnedTarget(Math.Clamp(before.Factor * step, settings.Least, settings.Most), observation.Begun, observation.BegunLate);
    }
}
