using Microsoft.Extensions.Configuration;

namespace GenAI.AppHost.Resources;

/// <summary>How models run: the setting <c>GenAI:Models:Runtime</c>.</summary>
internal static class ModelRuntime
{
    private const string Setting = "GenAI:Models:Runtime";

    /// <summary>
    /// Accepts <c>auto</c> (the default) and <c>embedded</c>. Both mean the embedded CPU server, since the application model
    /// has no containers yet; GPU servers that run already are used by naming them in <c>FLUX_URL</c> and its like.
    /// </summary>
    /// <exception cref="DistributedApplicationException">Another value.</exception>
    public static void RequireEmbedded(IConfiguration configuration)
    {
        var value = configuration[Setting];
        if (value is null or "" || value.Equals("auto", StringComparison.OrdinalIgnoreCase) || value.Equals("embedded", StringComparison.OrdinalIgnoreCase))
            return;

        throw new DistributedApplicationException(
            $"{Setting} is '{value}'; expected auto or embedded. To use GPU servers that run already, name them in FLUX_URL, SD35_URL or COMFYUI_URL.");
    }
}
