using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Access;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Aspire.Hosting.ApplicationModel.KnownResourceStates;

namespace Aspire.Hosting.Dashboard.Resources;

/// <summary>Makes of a published state what the pages show: in words, and without its secrets.</summary>
internal sealed class ResourceViews(SecretMask mask, DistributedApplicationOptions options, IServiceProvider services)
{
    private static readonly string[] BusyStates = [Waiting, Starting, Building, Stopping];
    private static readonly string[] FailedStates = [FailedToStart, RuntimeUnhealthy, ValueMissing];

    /// <param name="replica">From 1; null where there is only one.</param>
    public ResourceView Of(ResourceEvent last, int? replica, Func<IResource, IEnumerable<CustomResourceSnapshot>> statesOf)
    {
        var (resource, snapshot) = (last.Resource, last.Snapshot);
        return new ResourceView
        {
            Resource = resource,
            Id = replica is null ? resource.Name : last.ResourceId,
            DisplayName = replica is null ? resource.Name : $"{resource.Name}/{replica}",
            Type = snapshot.ResourceType,
            State = State(snapshot),
            Mood = MoodOf(snapshot),
            Reason = Reason(resource, snapshot, statesOf) is { } reason ? mask.Text(reason) : null,
            Source = mask.Text(Source(resource, snapshot)),
            Started = snapshot.StartTimeStamp,
            Stopped = snapshot.StopTimeStamp,
            ExitCode = snapshot.ExitCode,
            Health = [.. snapshot.HealthReports.Select(report => report with { Description = Masked(report.Description), ExceptionText = Masked(report.ExceptionText) })],
            Urls = [.. snapshot.Urls.Select(url => url with { Url = mask.Text(url.Url) })],
            Environment = [.. snapshot.EnvironmentVariables.OrderBy(variable => variable.Name, StringComparer.Ordinal)
                .Select(variable => (variable.Name, mask.Value(variable.Name, variable.Value ?? "")))],
            Properties = [.. snapshot.Properties.Select(property => (property.Name, Property(property)))],
            Commands = [.. Commands(resource, snapshot)],
        };
    }

    public static Mood MoodOf(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text;
        if (FailedStates.Contains(state) || snapshot.State?.Style == KnownResourceStateStyles.Error || (TerminalStates.Contains(state) && snapshot.Reason is not null))
            return Mood.Failed;
        if (state == KnownResourceStates.Running)
            return snapshot.HealthStatus == HealthStatus.Healthy ? Mood.Well : snapshot.HealthReports.Any(report => report.Status is null) ? Mood.Busy : Mood.Warning;
        if (state == Active || snapshot.State?.Style == KnownResourceStateStyles.Success)
            return Mood.Well;
        return snapshot.State?.Style == KnownResourceStateStyles.Warn ? Mood.Warning : BusyStates.Contains(state) ? Mood.Busy : Mood.Neutral;
    }

    private static string State(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text ?? "Unknown";
        return state == KnownResourceStates.Running && snapshot.HealthStatus is { } health and not HealthStatus.Healthy ? $"{state} ({health})" : state;
    }

    private static string? Reason(IResource resource, CustomResourceSnapshot snapshot, Func<IResource, IEnumerable<CustomResourceSnapshot>> statesOf)
    {
        if (snapshot.Reason is not null)
            return snapshot.Reason;
        var state = snapshot.State?.Text;
        if (state == Waiting)
        {
            var missing = resource.Annotations.OfType<WaitAnnotation>().Where(wait => !IsSatisfied(wait, statesOf(wait.Resource)));
            return $"waits for {string.Join(", ", missing.Select(wait => wait.Resource.Name).Distinct())}";
        }

        if (state == KnownResourceStates.Running && snapshot.HealthStatus != HealthStatus.Healthy)
            return snapshot.HealthReports.Where(report => report.Status is not HealthStatus.Healthy).Select(report => report.Description).FirstOrDefault(text => text is not null);
        return TerminalStates.Contains(state) && snapshot.ExitCode is { } exitCode ? string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}") : null;
    }

    private static bool IsSatisfied(WaitAnnotation wait, IEnumerable<CustomResourceSnapshot> states) => states.All(state => wait.WaitType switch
    {
        WaitType.WaitForCompletion => TerminalStates.Contains(state.State?.Text) && state.ExitCode == wait.ExitCode,
        WaitType.WaitUntilStarted => state.State?.Text == KnownResourceStates.Running,
        _ => state.HealthStatus == HealthStatus.Healthy,
    });

    private string Source(IResource resource, CustomResourceSnapshot snapshot) => resource switch
    {
        ProjectResource project => RelativeToAppHost(project.GetProjectMetadata().ProjectPath),
        ExecutableResource executable => executable.Command,
        _ when resource.TryGetContainerImageName(out var image) => image,
        _ => snapshot.Properties.FirstOrDefault(property => property.Name == CustomResourceKnownProperties.Source)?.Value?.ToString() ?? "",
    };

    private string RelativeToAppHost(string path)
        => options.ProjectDirectory is { } folder ? Path.GetRelativePath(folder, path) : path;

    private string Property(ResourcePropertySnapshot property)
    {
        var value = Convert.ToString(property.Value, CultureInfo.InvariantCulture) ?? "";
        return property.IsSensitive && value.Length > 0 ? SecretMask.Masked : mask.Value(property.Name, value);
    }

    private string? Masked(string? text) => text is null ? null : mask.Text(text);

    private IEnumerable<CommandView> Commands(IResource resource, CustomResourceSnapshot snapshot)
    {
        var context = new UpdateCommandStateContext { ResourceSnapshot = snapshot, Services = services };
        return resource.Annotations.OfType<ResourceCommandAnnotation>().Select(command => (Command: command, State: command.UpdateState(context)))
            .Where(entry => entry.State != ResourceCommandState.Hidden)
            .Select(entry => new CommandView(
                entry.Command.Name,
                entry.Command.DisplayName,
                entry.Command.DisplayDescription,
                entry.Command.ConfirmationMessage,
                entry.Command.IsHighlighted,
                entry.State == ResourceCommandState.Enabled));
    }
}
