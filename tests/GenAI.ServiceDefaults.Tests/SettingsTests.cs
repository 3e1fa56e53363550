using GenAI.ServiceDefaults.Settings;
using GenAI.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GenAI.ServiceDefaults.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData(null, "Production", 30)]
    [InlineData("", "Production", 30)]
    [InlineData("development", "Development", 30)]
    [InlineData("testing", "Testing", 10)]
    [InlineData("PRODUCTION", "Production", 30)]
    public void The_environment_decides_the_defaults(string? value, string environment, int intervalSeconds)
    {
        var builder = Build(("GENAI_ENVIRONMENT", value));
        var settings = builder.GenAISettings();

        Assert.Equal(environment, settings.Environment.ToString());
        Assert.Equal(environment, builder.Environment.EnvironmentName);
        Assert.Equal(TimeSpan.FromSeconds(intervalSeconds), settings.HealthCheckInterval);
        Assert.True(settings.MetricsEnabled);
        Assert.Null(settings.LogLevel);
        Assert.Matches(@"^\d+\.\d+\.\d+", settings.Version);
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var settings = Build(
            ("GENAI_ENVIRONMENT", "testing"),
            ("HEALTH_CHECK_INTERVAL", " 2.5 "),
            ("METRICS_ENABLED", "False"),
            ("VERSION", "1.4.0-rc.1+7")).GenAISettings();

        Assert.Equal(TimeSpan.FromSeconds(2.5), settings.HealthCheckInterval);
        Assert.False(settings.MetricsEnabled);
        Assert.Equal("1.4.0-rc.1+7", settings.Version);
    }

    [Theory]
    [InlineData("trace", LogLevel.Trace)]
    [InlineData("Debug", LogLevel.Debug)]
    [InlineData("info", LogLevel.Information)]
    [InlineData("information", LogLevel.Information)]
    [InlineData("WARN", LogLevel.Warning)]
    [InlineData("warning", LogLevel.Warning)]
    [InlineData("error", LogLevel.Error)]
    [InlineData("Critical", LogLevel.Critical)]
    public void Log_levels_have_their_usual_names(string value, LogLevel expected) =>
        Assert.Equal(expected, Build(("LOG_LEVEL", value)).GenAISettings().LogLevel);

    [Theory]
    [InlineData("GENAI_ENVIRONMENT", "prod")]
    [InlineData("GENAI_ENVIRONMENT", "2")]
    [InlineData("LOG_LEVEL", "verbose")]
    [InlineData("LOG_LEVEL", "none")]
    [InlineData("LOG_LEVEL", "3")]
    [InlineData("LOG_LEVEL", "Debug, Error")]
    [InlineData("HEALTH_CHECK_INTERVAL", "0")]
    [InlineData("HEALTH_CHECK_INTERVAL", "-5")]
    [InlineData("HEALTH_CHECK_INTERVAL", "3601")]
    [InlineData("HEALTH_CHECK_INTERVAL", "1e3")]
    [InlineData("HEALTH_CHECK_INTERVAL", "NaN")]
    [InlineData("HEALTH_CHECK_INTERVAL", "30s")]
    [InlineData("METRICS_ENABLED", "yes")]
    [InlineData("VERSION", "one two")]
    public void A_wrong_value_is_quoted(string name, string value)
    {
        var error = Assert.Throws<SettingsException>(() => Build((name, value)));
        Assert.StartsWith($"{name} is '{value}'; expected ", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_values_are_in_one_message()
    {
        var error = Assert.Throws<SettingsException>(() => Build(
            ("GENAI_ENVIRONMENT", "prod"), ("LOG_LEVEL", "loud"), ("HEALTH_CHECK_INTERVAL", "often"), ("METRICS_ENABLED", "1"), ("VERSION", "?")));

        Assert.Equal(5, error.Errors.Count);
        Assert.All(error.Errors, one => Assert.Contains(one, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_host_environment_that_is_none_of_ours_is_refused()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Staging" });
        var error = Assert.Throws<SettingsException>(() => builder.AddServiceDefaults());
        Assert.Contains("'Staging'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_settings_are_in_the_container()
    {
        var builder = Build(("VERSION", "7"));
        using var host = builder.Build();
        Assert.Same(builder.GenAISettings(), host.Services.GetRequiredService<GenAISettings>());
    }

    [Fact]
    public void Asking_for_the_settings_too_early_says_what_to_do()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Host.CreateEmptyApplicationBuilder(null).GenAISettings());
        Assert.Contains("AddServiceDefaults", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_the_environment_goes_with_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Combine("appsettings.Production.json"), "{\"File\":\"production\"}");
        File.WriteAllText(folder.Combine("appsettings.Testing.json"), "{\"File\":\"testing\"}");
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ContentRootPath = folder.Path,
            Args = ["--GENAI_ENVIRONMENT=testing"],
            EnvironmentName = "Production",
        });
        Assert.Equal("production", builder.Configuration["File"]);

        builder.AddServiceDefaults();

        Assert.Equal("testing", builder.Configuration["File"]);
    }

    private static HostApplicationBuilder Build(params (string Name, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => setting.Value));
        return builder.AddServiceDefaults();
    }
}
