using GenAI.Testing;

namespace GenAI.AppHost.Tests;

/// <summary>What whoever starts the application is told of settings that cannot be used.</summary>
public sealed class WrongSettingsTests
{
    [Fact]
    public async Task All_wrong_settings_are_told_at_once_without_a_stack_trace_and_with_exit_code_1()
    {
        var result = await Programs.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "GenAI.AppHost"),
            ["--GENAI_PORT_GATEWAY=abc", "--GenAI:Models:Runtime=gpu", "--GenAI:Monitoring:Runtime=cloud", "--GenAI:Models:flux-1-dev:Instances=0"],
            TestContext.Current.CancellationToken);

        Assert.Equal(1, result.ExitCode);
        string[] expected =
        [
            "GenAI cannot start. Settings are not usable:",
            "  - GenAI:Models:Runtime is 'gpu'; expected auto, embedded or container. To use GPU servers that run already, name them in FLUX_URL, SD35_URL or COMFYUI_URL.",
            "  - GenAI:Models:flux-1-dev:Instances is '0'; expected a whole number from 1 to 64.",
            "  - GENAI_PORT_GATEWAY is 'abc'; expected a whole number from 1 to 65535.",
            "  - GenAI:Monitoring:Runtime is 'cloud'; expected auto, local, container or none.",
        ];
        Assert.Equal(expected, result.Error.TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    public async Task What_is_no_amount_of_memory_or_number_of_cores_is_refused_with_the_setting_and_its_value()
    {
        using var output = new TemporaryFolder();
        var result = await Programs.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "GenAI.AppHost"),
            ["--publisher", "manifest", "--output-path", output.Path, "--SD35_MEMORY_LIMIT=lots", "--FLUX_CPU_LIMIT=-1"],
            TestContext.Current.CancellationToken);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("SD35_MEMORY_LIMIT is 'lots'; expected a number with its unit", result.Error, StringComparison.Ordinal);
        Assert.Contains("FLUX_CPU_LIMIT is '-1'; expected a number of cores", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(output.Path));
    }
}
