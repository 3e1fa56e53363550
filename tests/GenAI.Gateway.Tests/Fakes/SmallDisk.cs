using GenAI.Testing;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>A file system of a few megabytes, in memory. Needs root, since only root may mount one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public static async Task<SmallDisk> MountAsync(int megabytes, CancellationToken cancellationToken)
    {
        var disk = new SmallDisk();
        var mounted = await Programs.RunAsync(
            Requires.Program("mount"), ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path], cancellationToken);
        if (mounted.ExitCode == 0) return disk;
        disk._folder.Dispose();
        Requires.True(false, $"a small file system cannot be mounted: {mounted.Error.Trim()}");
        return disk;
    }

    /// <summary>Leaves not a byte of room.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        // Nothing is kept back by a buffer: what was written, was written.
        await using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        foreach (var size in (int[])[64 << 10, 4 << 10, 1])
        {
            try
            {
                while (true) await file.WriteAsync(new byte[size], cancellationToken);
            }
            catch (IOException)
            {
                // No more of this size.
            }
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public async ValueTask DisposeAsync()
    {
        await Programs.RunAsync("umount", [Path], CancellationToken.None);
        _folder.Dispose();
    }
}
