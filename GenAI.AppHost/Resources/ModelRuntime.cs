namespace GenAI.AppHost.Resources;

/// <summary>How models run: the setting <c>GenAI:Models:Runtime</c>.</summary>
internal static class ModelRuntime
{
    private const string Setting = "GenAI:Models:Runtime";

    /// <summary>
    /// <c>embedded</c>: the CPU server of this solution. <c>container</c>: a GPU container per server. <c>auto</c> (the default): containers
    /// when the application is published, the embedded server when it runs here. GPU servers that run already are used by naming them
    /// in <c>FLUX_URL</c> and its like.
    /// </summary>
    public static bool IsContainer(IDistributedApplicationBuilder builder)
    {
        switch (builder.Configuration[Setting]?.ToLowerInvariant())
        {
            case null or "" or "auto":
                return builder.ExecutionContext.IsPublishMode;
            case "embedded":
                return false;
            case "container":
                return true;
            case var other:
                builder.NoteWrongSetting(
                    $"{Setting} is '{other}'; expected auto, embedded or container. To use GPU servers that run already, name them in FLUX_URL, SD35_URL or COMFYUI_URL.");
                return false;
        }
    }
}
