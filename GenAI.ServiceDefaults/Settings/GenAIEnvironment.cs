namespace GenAI.ServiceDefaults.Settings;

/// <summary>Where a service runs. The names are those of <c>IHostEnvironment.EnvironmentName</c>.</summary>
public enum GenAIEnvironment
{
    Development,
    Testing,
    Production,
}
