using System.Runtime.CompilerServices;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>
/// No host that the tests start, in this process or in one of its own, watches its settings' files: the system gives a user few watchers
/// (<c>fs.inotify.max_user_instances</c>, 128), and many hosts run beside each other.
/// </summary>
internal static class NoFileWatchers
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
