using GenAI.Contracts.Access;
using GenAI.Testing;

namespace GenAI.Cli.Tests;

/// <summary>What the command says before it has spoken to a gateway.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("keys", "Required command")]
    [InlineData("keys create", "--name")]
    [InlineData("keys nonesuch", "nonesuch")]
    [InlineData("keys create --name x --weight heavy", "heavy")]
    [InlineData("keys create --name x --expires soon", "--expires is 'soon'; expected a duration such as 30d")]
    [InlineData("keys create --name x --expires 99999999d", "--expires is '99999999d'")]
    [InlineData("keys rotate x --overlap 1w", "--overlap is '1w'")]
    [InlineData("keys list --gateway localhost", "address is 'localhost'; expected one such as http://localhost:8080")]
    [InlineData("keys list --key hunter2", "has 7 characters and is none")]
    public async Task A_wrong_line_is_code_2_and_says_what_was_expected(string line, string reason)
    {
        var run = await CommandRun.Of(line);

        Assert.Equal(2, run.Code);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_key_on_the_line_is_not_repeated() =>
        Assert.DoesNotContain("hunter2", (await CommandRun.Of("keys list --key hunter2")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task A_gateway_that_is_away_is_code_3_and_names_it()
    {
        var run = await CommandRun.Of("usage", new() { ["GENAI_URL"] = "http://127.0.0.1:1" });

        Assert.Equal(3, run.Code);
        Assert.Contains("http://127.0.0.1:1 cannot be reached", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "genai keys create")]
    [InlineData("keys create --help", "genai keys create --name \"Ada's laptop\"")]
    [InlineData("keys rotate --help", "--overlap 24h")]
    [InlineData("keys revoke --help", "--yes")]
    [InlineData("usage --help", "genai usage --days 30")]
    public async Task Help_teaches_by_example(string line, string example)
    {
        var run = await CommandRun.Of(line);

        Assert.Equal(0, run.Code);
        Assert.Contains(example, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_needs_no_gateway()
    {
        var run = await CommandRun.Of("keys new");

        Assert.Equal(0, run.Code);
        Assert.True(ApiKeyFormat.IsWellFormed(run.Output.Trim()));
    }

    [Fact]
    public async Task The_program_itself_starts_and_returns_the_code()
    {
        var run = await Programs.RunAsync(
            "dotnet", [typeof(GenAICommand).Assembly.Location, "usage", "--gateway", "http://127.0.0.1:1"], TestContext.Current.CancellationToken);

        Assert.Equal(3, run.ExitCode);
        Assert.Empty(run.Output);
    }
}
