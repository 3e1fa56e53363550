using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>A mounted local file system.</summary>
internal sealed partial record Mount(string Device, string Path, string FileSystem)
{
    // Network file systems are not among them: asking one how full it is can take for ever when its server is away.
    private static readonly FrozenSet<string> Local = FrozenSet.ToFrozenSet(
        ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "overlay", "vfat", "exfat", "ntfs", "ntfs3", "bcachefs"], StringComparer.Ordinal);

    /// <summary>The device as <c>/proc/diskstats</c> names it.</summary>
    public string DeviceName => Device.StartsWith("/dev/", StringComparison.Ordinal) ? Device["/dev/".Length..] : Device;

    /// <summary>
    /// Reads <c>/proc/mounts</c>: <c>/dev/vda / ext4 rw,relatime 0 0</c>, with spaces in a path as <c>\040</c>. Of a device that is
    /// mounted several times (bind mounts) only the shortest path is kept; a container's own root is its <c>overlay</c> at <c>/</c>,
    /// and overlays elsewhere are other containers' roots, whose space is that of the device below them.
    /// </summary>
    public static ImmutableArray<Mount> Parse(string text) =>
    [
        .. text.Split('\n')
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length >= 4 && Local.Contains(fields[2]))
            .Select(fields => new Mount(Unescape(fields[0]), Unescape(fields[1]), fields[2]))
            .Where(mount => mount.FileSystem != "overlay" || mount.Path == "/")
            .GroupBy(mount => mount.Device, StringComparer.Ordinal)
            .Select(mounts => mounts.MinBy(mount => mount.Path.Length)!)
            .OrderBy(mount => mount.Path, StringComparer.Ordinal),
    ];

    private static string Unescape(string text) =>
        OctalEscape().Replace(text, match => ((char)Convert.ToInt32(match.Groups["octal"].Value, 8)).ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\\(?<octal>[0-7]{3})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OctalEscape();
}
