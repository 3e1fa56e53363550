using System.Net.Http.Json;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire;

public sealed class ParameterPromptTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_parameter_without_a_value_is_asked_for_at_a_terminal_and_a_secret_is_not_shown()
    {
        Requires.Program("script");
        await using var appHost = EchoAppHostProcess.StartInTerminal("--AskFor=token");
        await appHost.TextAsync("Value of parameter 'token' (not shown): ");

        await appHost.TypeAsync("s3cr3t");

        await appHost.LineAsync("resources are healthy");
        using var back = new HttpClient { BaseAddress = await appHost.AddressAsync("back") };
        var environment = await back.GetFromJsonAsync<Dictionary<string, string>>("/environment", Cancellation);
        Assert.Equal("s3cr3t", environment!["ANSWER"]);
        Assert.DoesNotContain("s3cr3t", appHost.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_nobody_is_asked_and_the_parameter_says_where_a_value_can_come_from()
    {
        await using var appHost = EchoAppHostProcess.Start("--AskFor=token");

        var line = await appHost.LineAsync("Parameter 'token' has no value");

        Assert.Contains("Parameters__token", line, StringComparison.Ordinal);
        Assert.DoesNotContain(appHost.Lines, written => written.Contains("Value of parameter", StringComparison.Ordinal));
    }
}
