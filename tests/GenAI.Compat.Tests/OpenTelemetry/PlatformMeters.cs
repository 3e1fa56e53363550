namespace GenAI.Compat.Tests.OpenTelemetry;

/// <summary>
/// Tests that read the platform's own meters run alone: every web application of the process has meters of these names, and a
/// provider hears all of them, including the end of another test's.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PlatformMeters
{
    public const string Name = "Platform meters";
}
