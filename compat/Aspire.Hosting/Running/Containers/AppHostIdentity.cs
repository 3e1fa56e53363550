using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Aspire.Hosting.Running;

/// <summary>
/// What this AppHost writes on its containers and networks, so that they are found again: which AppHost it is (by its folder), and
/// which process, by a name that no later process can have.
/// </summary>
internal sealed class AppHostIdentity
{
    public const string OwnerLabel = "aspire.owner";
    public const string SessionLabel = "aspire.session";
    public const string AppHostLabel = "aspire.apphost";
    public const string ResourceLabel = "aspire.resource";
    public const string DefinitionLabel = "aspire.definition";

    private const string IdCharacters = "abcdefghjkmnpqrstuvwxyz";
    private const int IdLength = 8;

    private AppHostIdentity(string appHost)
    {
        AppHost = appHost;
        Session = RandomNumberGenerator.GetString(IdCharacters, IdLength);
        Owner = OwnerOf(Environment.ProcessId) ?? throw new InvalidOperationException("The system does not say when this process began.");
    }

    /// <summary>The same at each start, another for another AppHost.</summary>
    public string AppHost { get; }

    public string Session { get; }

    /// <summary><c>machine/process namespace:process id:when it began</c>.</summary>
    public string Owner { get; }

    public static AppHostIdentity Of(string appHostDirectory)
        => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(appHostDirectory.ToLowerInvariant())))[..IdLength]);

    /// <summary>Whether the process of that name has ended. Of a process on another machine nobody here knows.</summary>
    public bool IsGone(string owner)
    {
        var parts = owner.Split(':');
        return parts is [var machine, var id, _] && machine == Machine()
            && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            && OwnerOf(processId) != owner;
    }

    private static string? OwnerOf(int processId) => Beginning(processId) is { } beginning
        ? string.Create(CultureInfo.InvariantCulture, $"{Machine()}:{processId}:{beginning}")
        : null;

    // In a container process ids are the container's own.
    private static string Machine()
        => $"{Environment.MachineName}/{(OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget?.Trim('p', 'i', 'd', ':', '[', ']') : "")}";

    private static long? Beginning(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // 4711 (name, of any characters) S 1 4711 …: the 22nd field, in clock ticks since the system began.
                var stat = File.ReadAllText($"/proc/{processId}/stat");
                return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
            }

            using var process = Process.GetProcessById(processId);
            return new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
        }
        catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
