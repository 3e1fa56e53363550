using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire.Containers;

/// <summary>The machine's Docker engine, and an image of our own: nothing but a static busybox.</summary>
internal static class Engine
{
    public const string Image = "genai-test-busybox";
    public const string Tag = "1";

    private static readonly Lazy<Task> Built = new(BuildAsync);

    /// <summary>Skips the test where there is no engine; else the image is there when it returns.</summary>
    public static async Task RequireAsync()
    {
        Requires.Program("docker");
        var answer = await Programs.RunAsync("docker", ["version", "--format", "{{.Server.Version}}"], TestContext.Current.CancellationToken);
        Requires.True(answer.ExitCode == 0, $"no Docker engine answers ({answer.Error.Trim()})");
        await Built.Value;
    }

    /// <summary>What a docker command writes, without the line's end.</summary>
    public static async Task<string> DockerAsync(params string[] arguments)
    {
        var result = await Programs.RunAsync("docker", arguments, CancellationToken.None);
        Assert.True(result.ExitCode == 0, $"docker {string.Join(' ', arguments)}: {result.Error}");
        return result.Output.Trim();
    }

    public static async Task<bool> HasContainerAsync(string nameOrId)
        => (await Programs.RunAsync("docker", ["container", "inspect", nameOrId], CancellationToken.None)).ExitCode == 0;

    /// <summary>A folder with a Dockerfile and the busybox that it copies.</summary>
    public static TemporaryFolder Context(string dockerfile)
    {
        var folder = new TemporaryFolder();
        File.Copy(Requires.Program("busybox"), folder.Combine("busybox"));
        File.WriteAllText(folder.Combine("Dockerfile"), dockerfile);
        return folder;
    }

    private static async Task BuildAsync()
    {
        using var context = Context(
            """
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            CMD ["/bin/sh"]
            """);
        await DockerAsync("build", "--quiet", "--tag", $"{Image}:{Tag}", context.Path);
    }
}
