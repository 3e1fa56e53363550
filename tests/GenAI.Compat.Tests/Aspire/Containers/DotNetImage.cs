using System.Runtime.InteropServices;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;

namespace GenAI.Compat.Tests.Aspire.Containers;

/// <summary>An image of our own for .NET services: this machine's release of Debian by debootstrap, and the runtime that runs this test.</summary>
internal static class DotNetImage
{
    // To be raised when the recipe changes: the image stays with the engine, so that only the first run makes it.
    private const int Recipe = 1;

    // A hundred packages are fetched, unpacked and configured, perhaps beside a whole solution's tests.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly Lazy<Task<string>> Made = new(MakeAsync);

    /// <summary>Skips the test where the image can be neither found nor made; else its name and tag.</summary>
    public static async Task<string> RequireAsync()
    {
        await Engine.RequireAsync();
        Requires.Program("debootstrap");
        Requires.Program("apt-get");
        Requires.True(Environment.IsPrivilegedProcess, "debootstrap has to be run as root");
        return await Made.Value;
    }

    private static async Task<string> MakeAsync()
    {
        var release = await ReleaseAsync();
        var image = $"genai-test-dotnet:{release}-{Environment.Version}-{Recipe}";
        if ((await Programs.RunAsync("docker", ["image", "inspect", image], CancellationToken.None)).ExitCode == 0)
            return image;

        using var folder = new TemporaryFolder();
        var root = folder.Combine("root");
        // In a mount namespace of its own, so that what it mounts goes with it, however it ends.
        await RunAsync("unshare", "--mount", "debootstrap", "--variant=minbase", release, root, await MirrorAsync(release));
        await AddRuntimeAsync(Path.Combine(root, "usr", "share", "dotnet"));
        var archive = folder.Combine("root.tar");
        await RunAsync("tar", "--create", "--file", archive, "--directory", root, "--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*", ".");
        await RunAsync(
            "docker", "import",
            "--change", "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
            "--change", """ENTRYPOINT ["/usr/share/dotnet/dotnet"]""",
            archive, image);
        return image;
    }

    private static async Task<string> ReleaseAsync()
    {
        const string key = "VERSION_CODENAME=";
        var lines = await File.ReadAllLinesAsync("/etc/os-release");
        return lines.Single(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..].Trim('"');
    }

    /// <summary>Where apt gets this machine's own packages from.</summary>
    private static async Task<string> MirrorAsync(string release)
    {
        var targets = await RunAsync("apt-get", "indextargets", "--format", "$(RELEASE) $(COMPONENT) $(SITE)", "Identifier: Packages");
        var own = targets.Split('\n').Select(line => line.Split(' ')).FirstOrDefault(target => target is [var name, "main", _] && name == release);
        Assert.True(own is not null, $"apt has no source of '{release} main' to make the image from; it has: {targets}");
        return own[2];
    }

    /// <summary>The host, its resolver and the two frameworks of a web service, without the SDK.</summary>
    private static async Task AddRuntimeAsync(string target)
    {
        var core = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        var web = Path.GetDirectoryName(typeof(WebApplication).Assembly.Location)!;
        var dotnet = Path.GetFullPath(Path.Combine(core, "..", "..", ".."));
        foreach (var part in new[] { Path.Combine(dotnet, "dotnet"), Path.Combine(dotnet, "host"), core, web })
        {
            var folder = Path.GetDirectoryName(Path.Combine(target, Path.GetRelativePath(dotnet, part)))!;
            Directory.CreateDirectory(folder);
            await RunAsync("cp", "--archive", part, folder);
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await Programs.RunAsync(program, arguments, CancellationToken.None, limit: Limit);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {result.Output}{result.Error}");
        return result.Output.Trim();
    }
}
