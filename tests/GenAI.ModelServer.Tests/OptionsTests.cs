using GenAI.Testing;
using Microsoft.Extensions.Options;

namespace GenAI.ModelServer.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Everything_wrong_is_said_at_once_with_value_and_expectation()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => ModelServerApp.Create(
        [
            "--model", "my/model", "--dialect", "sdxl",
            "--ModelServer:Limits:Steps", "1000", "--ModelServer:Jobs:QueueCapacity", "0", "--ModelServer:Models:LoadTime", "-00:00:01",
            "--ModelServer:Models:StepTime", "-00:00:02",
        ]));

        Assert.Equal(
        [
            "--model must be letters, digits, '-', '_' and '.', got 'my/model'.",
            "--dialect must be comfyui or stable-diffusion, got 'sdxl'.",
            "ModelServer:Jobs:QueueCapacity must be at least 1, got 0.",
            "ModelServer:Limits:Steps must be 1 to 150, got 1000.",
            "ModelServer:Models:LoadTime must be at least 00:00:00, got -00:00:01.",
            "ModelServer:Models:StepTime must be at least 00:00:00, got -00:00:02.",
        ], exception.Failures);
    }

    [Fact]
    public async Task The_executable_explains_itself()
    {
        var (exitCode, output, _) = await RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.Contains("--dialect <api>", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_executable_refuses_settings_that_cannot_be_without_a_stack_trace()
    {
        var (exitCode, _, error) = await RunAsync("--dialect", "comfyui");

        Assert.Equal(1, exitCode);
        Assert.Contains("--model is required.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--folder", "/proc/server", "Name another with --folder.")]
    [InlineData("--ModelServer:Jobs:QueueCapacity", "many", "ModelServer:Jobs:QueueCapacity is 'many'; expected a whole number")]
    public async Task The_executable_refuses_a_folder_that_cannot_be_made_and_a_word_for_a_number(string setting, string value, string reason)
    {
        var (exitCode, _, error) = await RunAsync("--model", "flux-1-dev", "--dialect", "comfyui", "--urls", "http://127.0.0.1:0", setting, value);

        Assert.Equal(1, exitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private static Task<ProgramResult> RunAsync(params string[] arguments) => Programs.RunAsync(
        "dotnet", ["exec", typeof(ModelServerApp).Assembly.Location, .. arguments], TestContext.Current.CancellationToken);
}
