using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Terminal;

/// <summary>What to say of a change from one snapshot to the next, if anything. The arrow sets it off from the resource's own lines.</summary>
internal static class StateLine
{
    public static (string Text, string? Colour)? For(IResource resource, CustomResourceSnapshot? before, CustomResourceSnapshot now)
    {
        var state = now.State?.Text;
        if (state != before?.State?.Text)
            return OfState(resource, now, state);
        return now.HealthStatus == before?.HealthStatus ? null : OfHealth(before, now);
    }

    private static (string, string?)? OfState(IResource resource, CustomResourceSnapshot now, string? state)
    {
        if (state == KnownResourceStates.Waiting && resource.HasAnnotationOfType<WaitAnnotation>())
        {
            var names = resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Distinct();
            return ($"→ waiting for {string.Join(", ", names)}", TerminalColours.Dim);
        }

        if (state == KnownResourceStates.Building)
            return ("→ building", TerminalColours.Dim);
        if (state == KnownResourceStates.Running && resource is not ParameterResource)
            return ($"→ running{Where(now)}{(resource.HasAnnotationOfType<HealthCheckAnnotation>() ? "" : ", healthy")}", TerminalColours.Green);
        if (state == KnownResourceStates.FailedToStart)
            return ($"→ failed to start: {now.Reason}", TerminalColours.Red);
        if (state == KnownResourceStates.RuntimeUnhealthy)
            return ($"→ left out: {now.Reason}", TerminalColours.Red);
        if (state == KnownResourceStates.ValueMissing)
            return ($"→ {now.Reason}", TerminalColours.Red);
        if (state == KnownResourceStates.Finished || state == KnownResourceStates.Exited)
            return now.Reason is { } reason ? ($"→ {reason}", TerminalColours.Red) : ($"→ finished with exit code {now.ExitCode}", TerminalColours.Dim);
        return null;
    }

    private static (string, string?)? OfHealth(CustomResourceSnapshot? before, CustomResourceSnapshot now)
    {
        if (now.HealthStatus == HealthStatus.Healthy)
            return ("→ healthy", TerminalColours.Green);
        if (before?.HealthStatus != HealthStatus.Healthy)
            return null;
        var worst = now.HealthReports.MinBy(report => report.Status ?? HealthStatus.Unhealthy);
        return ($"→ {now.HealthStatus?.ToString().ToLowerInvariant()}: {worst?.Description ?? worst?.Name}", TerminalColours.Red);
    }

    private static string Where(CustomResourceSnapshot snapshot)
    {
        var urls = snapshot.Urls.Where(url => !url.IsInternal).Select(url => url.Url).ToArray();
        return urls.Length == 0 ? "" : $" at {string.Join(", ", urls)}";
    }
}
