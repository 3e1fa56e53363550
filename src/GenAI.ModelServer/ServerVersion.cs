using System.Reflection;

namespace GenAI.ModelServer;

/// <summary>What the server says of itself.</summary>
internal static class ServerVersion
{
    /// <summary>No neural network: pictures are computed in closed form from the words of the prompt.</summary>
    public const string Engine = "embedded-analytic";

    /// <summary>Without the build's commit.</summary>
    public static string Text { get; } =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
