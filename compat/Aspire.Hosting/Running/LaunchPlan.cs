namespace Aspire.Hosting.Running;

/// <summary>A process to start: what, with what, where.</summary>
internal sealed record LaunchPlan(
    string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);
