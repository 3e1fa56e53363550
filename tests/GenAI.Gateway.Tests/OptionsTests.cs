using GenAI.Contracts.Models;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Tests;

/// <summary>A gateway that is configured wrongly does not start, and says what is wrong.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("GenAI:Gateway:MaxRequestBodyBytes", "0", "MaxRequestBodyBytes is 0")]
    [InlineData("GenAI:Gateway:RetryAfter", "soon", "GenAI:Gateway:RetryAfter is 'soon'; expected a time such as 00:00:30")]
    [InlineData("GenAI:Gateway:Jobs:KeepBytes", "50GB", "GenAI:Gateway:Jobs:KeepBytes is '50GB'; expected a whole number up to 9223372036854775807")]
    [InlineData("GenAI:Gateway:CircuitBreaker:Enabled", "maybe", "Enabled is 'maybe'; expected true or false")]
    [InlineData("GenAI:Images:Models:flux-1-dev:Guidance", "much", "GenAI:Images:Models:flux-1-dev:Guidance is 'much'; expected a number")]
    [InlineData("GenAI:Gateway:ActivityTimeout", "-00:00:01", "ActivityTimeout is -00:00:01")]
    [InlineData("GenAI:Gateway:WebSocketIdleTimeout", "30.00:00:00", "at most 24.00:00:00")]
    [InlineData("GenAI:Gateway:Ejection:ConsecutiveErrors", "0", "ConsecutiveErrors is 0")]
    [InlineData("GenAI:Gateway:Ejection:MaxEjectedShare", "2", "MaxEjectedShare is 2")]
    [InlineData("GenAI:Gateway:Ejection:MaxDuration", "00:00:01", "at least BaseDuration")]
    [InlineData("GenAI:Gateway:Ejection:MaxDuration", "100.00:00:00", "at most 24.00:00:00")]
    [InlineData("GenAI:Gateway:Retry:Share", "1.5", "Share is 1.5")]
    [InlineData("GenAI:Gateway:Retry:Floor", "-1", "Floor is -1")]
    [InlineData("GenAI:Gateway:Retry:Window", "00:00:00", "Window is 00:00:00")]
    [InlineData("GenAI:Gateway:Sticky:LoadFactor", "0.5", "LoadFactor is 0.5")]
    [InlineData("GenAI:Gateway:Sticky:LoadFloor", "0", "LoadFloor is 0")]
    [InlineData("GenAI:Gateway:Sticky:Header", "X Y", "Header is 'X Y'")]
    [InlineData("GenAI:Gateway:Sticky:By", "cookie", "By is 'cookie'; expected auto, none, address, key, header")]
    [InlineData("GenAI:Gateway:CircuitBreaker:FailureRatio", "0", "FailureRatio is 0")]
    [InlineData("GenAI:Gateway:CircuitBreaker:Window", "00:00:00.5", "Window is 00:00:00.5")]
    [InlineData("GenAI:Gateway:CircuitBreaker:MinimumThroughput", "0", "MinimumThroughput is 0")]
    [InlineData("GenAI:Gateway:CircuitBreaker:BreakDuration", "00:00:00", "BreakDuration is 00:00:00")]
    [InlineData("GenAI:Gateway:CircuitBreaker:Probes", "0", "Probes is 0")]
    [InlineData("GenAI:Orchestrator:WatchIdleTimeout", "100.00:00:00", "WatchIdleTimeout is 100.00:00:00")]
    [InlineData("GenAI:Images:Timeout", "100.00:00:00", "Timeout is '100.00:00:00'")]
    [InlineData("GenAI:OpenAI:ImageLifetime", "10000000.00:00:00", "ImageLifetime is '10000000.00:00:00'")]
    [InlineData("GenAI:Orchestrator:Url", "localhost", "Url is 'localhost'")]
    [InlineData("GenAI:Images:DefaultModel", "dall-e-3", "DefaultModel is 'dall-e-3'")]
    [InlineData("GenAI:Images:DefaultSize", "large", "DefaultSize is 'large'")]
    [InlineData("GenAI:OpenAI:ResponseFormat", "png", "ResponseFormat is 'png'")]
    [InlineData("GenAI:OpenAI:UrlSecret", "short", "UrlSecret has 5 characters")]
    [InlineData("GenAI:Images:MaxPictureBytes", "1", "MaxPictureBytes is '1'")]
    [InlineData("GenAI:Images:TemplateFolder", "/nonesuch", "TemplateFolder is '/nonesuch'")]
    [InlineData("GenAI:Images:Models:flux-1-dev:ImageTemplate", "flux", "$image, $strength are not used")]
    [InlineData("GenAI:Images:Models:flux-1-dev:Formats:0", "gif", "expected some of png, jpeg and webp")]
    [InlineData("GenAI:OpenAI:PublicUrl", "ftp://x", "PublicUrl is 'ftp://x/'")]
    [InlineData("GenAI:Images:Models:nonesuch:Guidance", "1", "Models:nonesuch is 'nonesuch'")]
    [InlineData("GenAI:Images:Models:flux-1-dev:HighSteps", "151", "HighSteps is '151'")]
    [InlineData("GenAI:Images:Models:stable-diffusion-35:Template", "flux", "Models:stable-diffusion-35:Template is 'flux'")]
    [InlineData("GenAI:Images:Models:flux-1-dev:Template", "nonesuch", "nonesuch.json cannot be used")]
    public void A_bad_value_is_named_with_what_was_expected(string key, string value, string reason)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => TestGateway.Start(settings: new() { [key] = value }));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once_with_exit_code_1()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = ServerProcess.StartGateway(
            FreePorts.Take(4), folder.Path, "--GenAI:Gateway:Dispatch:Lease=0", "--GenAI:Gateway:Jobs:QueueLength=-1", "--GenAI:Gateway:Jobs:KeepFor=long",
            "--GenAI:Gateway:RetryAfter=soon", "--GenAI:Images:DefaultSize=large");

        Assert.Equal(1, await gateway.ExitCodeAsync(TestContext.Current.CancellationToken));
        foreach (var setting in (string[])["Dispatch:Lease is 00:00:00", "Jobs:KeepFor is 'long'", "RetryAfter is 'soon'", "DefaultSize is 'large'"])
            Assert.Contains(setting, gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_for_jobs_that_cannot_be_made_is_named_with_exit_code_1()
    {
        // Also root may make no folder there.
        await using var gateway = ServerProcess.StartGateway(FreePorts.Take(4), "/proc/jobs");

        Assert.Equal(1, await gateway.ExitCodeAsync(TestContext.Current.CancellationToken));
        Assert.Contains("/proc/jobs", gateway.Output, StringComparison.Ordinal);
        Assert.Contains("GenAI:Gateway:Jobs:Folder", gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_becomes_bad_while_the_gateway_runs_does_not_end_it()
    {
        await using var gateway = TestGateway.Start();
        var configuration = (IConfigurationRoot)gateway.Services.GetRequiredService<IConfiguration>();

        configuration["GenAI:Gateway:MaxRequestBodyBytes"] = "0";
        // An exception here would be one of the thread that watches the file, which nobody catches.
        Assert.Null(Record.Exception(configuration.Reload));

        using var client = gateway.Connect();
        Assert.StartsWith("{", await client.GetStringAsync("alive", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GENAI_PORT_GATEWAY", "70000", "GENAI_PORT_GATEWAY is '70000'")]
    [InlineData("GENAI_PORT_FLUX", "x", "GENAI_PORT_FLUX is 'x'")]
    public void A_bad_port_is_named(string key, string value, string reason)
    {
        var exception = Assert.Throws<ModelCatalogException>(() => TestGateway.Start(settings: new() { [key] = value }));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
