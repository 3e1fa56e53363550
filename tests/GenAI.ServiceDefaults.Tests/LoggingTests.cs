using System.Globalization;
using System.Text.Json;
using GenAI.Testing;

namespace GenAI.ServiceDefaults.Tests;

public sealed class LoggingTests
{
    [Fact]
    public async Task Production_writes_one_JSON_object_per_line_with_UTC_times_and_scopes()
    {
        await using var service = new SampleProcess(("GENAI_ENVIRONMENT", "production"));
        await LogAsync(service);
        var line = await service.JsonLineAsync("An information line about flux");

        Assert.Equal("Information", line.GetProperty("LogLevel").GetString());
        Assert.Equal("flux", line.GetProperty("State").GetProperty("Model").GetString());
        Assert.Contains(line.GetProperty("Scopes").EnumerateArray(), scope => scope.TryGetProperty("TraceId", out _));
        var time = DateTimeOffset.ParseExact(
            line.GetProperty("Timestamp").GetString()!, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange(time, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddSeconds(1));
        Assert.All(service.Output, text => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(text).ValueKind));
    }

    [Fact]
    public async Task Development_writes_plain_lines()
    {
        await using var service = new SampleProcess(("GENAI_ENVIRONMENT", "development"));
        await LogAsync(service);
        await Eventually.TrueAsync(
            () => service.Output.Any(line => line.EndsWith("An information line about flux", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);
        Assert.DoesNotContain(service.Output, line => line.StartsWith('{') || line.StartsWith(' '));
    }

    [Fact]
    public async Task Whoever_starts_the_service_may_choose_the_format()
    {
        await using var service = new SampleProcess(("GENAI_ENVIRONMENT", "production"), ("Logging__Console__FormatterName", "simple"));
        await service.ListeningAsync();
        Assert.DoesNotContain(service.Output, line => line.StartsWith('{'));
    }

    [Fact]
    public async Task A_request_leaves_no_line_of_the_frameworks()
    {
        await using var service = new SampleProcess(("GENAI_ENVIRONMENT", "production"));
        await LogAsync(service);
        await service.JsonLineAsync("A warning line");
        Assert.DoesNotContain(service.Output, line => line.Contains("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("debug", true, true)]
    [InlineData("info", false, true)]
    [InlineData("warning", false, false)]
    public async Task LOG_LEVEL_is_the_lowest_level_written(string level, bool debug, bool information)
    {
        await using var service = new SampleProcess(
            ("GENAI_ENVIRONMENT", "development"), ("LOG_LEVEL", level), ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information"));
        await LogAsync(service);
        await Eventually.TrueAsync(
            () => service.Output.Any(line => line.EndsWith("A warning line", StringComparison.Ordinal)), TestContext.Current.CancellationToken);

        Assert.Equal(debug, service.Output.Any(line => line.EndsWith("A debug line", StringComparison.Ordinal)));
        Assert.Equal(information, service.Output.Any(line => line.EndsWith("An information line about flux", StringComparison.Ordinal)));
    }

    private static async Task LogAsync(SampleProcess service)
    {
        using var client = new HttpClient { BaseAddress = await service.ListeningAsync() };
        Assert.Equal("logged", await client.GetStringAsync("/log", TestContext.Current.CancellationToken));
    }
}
