using System.Diagnostics;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire.Publishing;

/// <summary>
/// What Aspire 13.5.2 itself published from <c>tests/Fixtures/GoldenAppHost</c>, byte for byte. The files in <c>Golden/</c> are its work,
/// so nothing here writes them.
/// </summary>
public sealed class GoldenFileTests : IDisposable
{
    private static readonly string Fixture = Path.Combine(Repository.Root, "tests", "Fixtures", "GoldenAppHost");

    // Beside the AppHost, because paths in a manifest are relative to it.
    private readonly DirectoryInfo _output = Directory.CreateDirectory(Path.Combine(Fixture, $"out-{Guid.NewGuid():N}"));

    public void Dispose() => _output.Delete(recursive: true);

    [Fact]
    public async Task The_manifest_is_the_official_one()
    {
        await PublishAsync("--publisher", "manifest", "--output-path", Output("aspire-manifest.json"));

        AssertSame("aspire-manifest.json", "aspire-manifest.json");
    }

    [Fact]
    public async Task The_manifest_of_an_application_without_a_compute_environment_is_the_official_one()
    {
        await PublishAsync(withCompose: false, "--operation", "publish", "--step", "publish-manifest", "--output-path", _output.FullName);

        AssertSame("aspire-manifest.nocompose.json", "aspire-manifest.json");
    }

    [Fact]
    public async Task The_compose_file_and_its_variables_are_the_official_ones()
    {
        await PublishAsync("--operation", "publish", "--step", "publish", "--output-path", _output.FullName);

        AssertSame("docker-compose.yaml", "docker-compose.yaml");
        AssertSame("dot-env.txt", ".env");
    }

    [Fact]
    public async Task Values_filled_in_by_hand_are_kept_when_the_application_is_published_again()
    {
        string[] publish = ["--operation", "publish", "--step", "publish", "--output-path", _output.FullName];
        await PublishAsync(publish);
        await File.WriteAllTextAsync(Output(".env"), "# mine\nAPIKEY=s3cret=\nEXTRA=1\n", TestContext.Current.CancellationToken);

        await PublishAsync(publish);

        var lines = await File.ReadAllLinesAsync(Output(".env"), TestContext.Current.CancellationToken);
        Assert.Contains("APIKEY=s3cret=", lines);
        Assert.Contains("# mine", lines);
        Assert.Contains("EXTRA=1", lines);
        Assert.Contains("REGION=", lines);
    }

    [Fact]
    public async Task Preparing_writes_the_values_of_the_environment()
    {
        await PublishAsync("--operation", "publish", "--step", "prepare-compose", "--output-path", _output.FullName,
            "--environment", "Staging", "--Parameters:apikey=k1");

        var lines = await File.ReadAllLinesAsync(Output(".env.Staging"), TestContext.Current.CancellationToken);
        Assert.Contains("APIKEY=k1", lines);
        Assert.Contains("REGION=eu-west", lines);
        Assert.Contains($"WEB_BINDMOUNT_0={Path.Combine(Fixture, "html")}", lines);
    }

    [Theory]
    [InlineData("Parameters:apikey", "--step", "prepare-compose")]
    [InlineData("There is no step 'deploy-it'. The steps are: before-start, prepare-compose,", "--step", "deploy-it")]
    public async Task What_cannot_be_published_is_one_line_and_exit_code_1(string reason, params string[] args)
    {
        var (exitCode, error) = await RunAsync(withCompose: true, ["--operation", "publish", "--output-path", _output.FullName, .. args]);

        Assert.Equal(1, exitCode);
        Assert.Contains(reason, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_needs_a_place_to_go()
    {
        var (exitCode, error) = await RunAsync(withCompose: true, ["--publisher", "manifest"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("--output-path", error, StringComparison.Ordinal);
    }

    private static Task PublishAsync(params string[] args) => PublishAsync(withCompose: true, args);

    private static async Task PublishAsync(bool withCompose, params string[] args)
    {
        var (exitCode, error) = await RunAsync(withCompose, args);
        Assert.True(exitCode == 0, error);
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(bool withCompose, string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "GoldenAppHost"), args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NO_COMPOSE"] = withCompose ? null : "1" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        return (process.ExitCode, await error);
    }

    private void AssertSame(string golden, string written)
    {
        var expected = File.ReadAllText(Path.Combine(Repository.Root, "tests", "GenAI.Compat.Tests", "Aspire", "Publishing", "Golden", golden));
        Assert.Equal(expected, File.ReadAllText(Output(written)));
    }

    private string Output(string name) => Path.Combine(_output.FullName, name);
}
