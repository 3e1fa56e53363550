namespace GenAI.Gateway.Routing.Ejection;

/// <summary>
/// Whether an instance is taken out after a request: outlier detection by consecutive gateway errors, as Envoy describes it
/// ("Outlier detection", architecture overview), except that the time out doubles where Envoy's grows by the base. Pure.
/// Example, with 5 errors, 10 s and half: the fifth error in a row ejects one of three instances for 10 s; readmitted, five more eject it
/// for 20 s, then for 40 s; of the two others one may not follow while it is out, because two of three is more than half.
/// </summary>
internal static class EjectionPlanner
{
    /// <param name="record">What is remembered of the instance.</param>
    /// <param name="outcome">How the request ended.</param>
    /// <param name="ejected">Instances of the model that are ejected now.</param>
    /// <param name="instances">Instances of the model that take requests, the ejected ones included.</param>
    /// <param name="now">When the request ended.</param>
    /// <param name="options">The thresholds.</param>
    public static EjectionDecision Decide(
        EjectionRecord record, RequestOutcome outcome, int ejected, int instances, DateTimeOffset now, EjectionOptions options)
    {
        if (outcome == RequestOutcome.Nothing) return new(record, null);
        if (outcome == RequestOutcome.Answered) return new(record with { ErrorsInARow = 0 }, null);

        var errors = record.ErrorsInARow + 1;
        var mayEject = ejected + 1 <= Math.Floor(instances * options.MaxEjectedShare);
        // Requests that were under way when the instance was ejected still report; they must not lengthen the ejection.
        var isOut = now < record.ReadmittedAt;
        if (errors < options.ConsecutiveErrors || !mayEject || isOut) return new(record with { ErrorsInARow = isOut ? 0 : errors }, null);

        var ejections = now - record.ReadmittedAt >= options.MaxDuration ? 1 : record.Ejections + 1;
        var duration = Duration(ejections, options);
        return new(new EjectionRecord(0, ejections, now + duration), duration);
    }

    /// <summary>Base · 2^(n-1) for the n-th ejection in succession, up to the longest.</summary>
    private static TimeSpan Duration(int ejections, EjectionOptions options)
    {
        var factor = Math.Pow(2, ejections - 1);
        return factor < options.MaxDuration / options.BaseDuration ? options.BaseDuration * factor : options.MaxDuration;
    }
}
