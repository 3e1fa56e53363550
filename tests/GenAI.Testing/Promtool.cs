namespace GenAI.Testing;

/// <summary>Prometheus' own judge of an exposition.</summary>
public static class Promtool
{
    /// <summary>promtool's status for opinions on names; 1 is text that it cannot read.</summary>
    public const int LintOnly = 3;

    /// <summary>Runs <c>promtool check metrics</c>, and skips (or fails) the test where there is no promtool.</summary>
    public static Task<ProgramResult> CheckMetricsAsync(string exposition, CancellationToken cancellationToken) =>
        Programs.RunAsync(Requires.Program("promtool"), ["check", "metrics"], cancellationToken, input: exposition);
}
