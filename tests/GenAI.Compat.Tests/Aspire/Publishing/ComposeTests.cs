using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm;
using Aspire.Hosting.Docker.Writing;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire.Publishing;

public sealed class ComposeTests : IDisposable
{
    private readonly TemporaryFolder _output = new();
    private readonly IDistributedApplicationBuilder _builder;

    public ComposeTests() => _builder = DistributedApplication.CreateBuilder(
        ["--operation", "publish", "--step", "publish", "--output-path", _output.Path]);

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task A_service_is_customised_after_everything_else_was_said()
    {
        _builder.AddDockerComposeEnvironment("compose").WithDashboard(enabled: false);
        _builder.AddContainer("app", "app", "1").PublishAsDockerComposeService((resource, service) =>
        {
            service.ReadOnly = true;
            service.CapDrop.Add("ALL");
            service.Healthcheck = new Healthcheck { Test = ["CMD", "true"], Interval = "10s", Timeout = "2s", StartPeriod = "5s" };
            service.Deploy = new Deploy { Resources = new() { Limits = new ResourceSpec { Cpus = "2", Memory = "1G" } } };
        });

        Assert.Equal(
            """
            services:
              app:
                image: "app:1"
                networks:
                  - "aspire"
                deploy:
                  resources:
                    limits:
                      cpus: "2"
                      memory: "1G"
                healthcheck:
                  test:
                    - "CMD"
                    - "true"
                  interval: "10s"
                  timeout: "2s"
                  start_period: "5s"
                cap_drop:
                  - "ALL"
                read_only: true
            networks:
              aspire:
                driver: "bridge"

            """.ReplaceLineEndings("\n"), await ComposeAsync());
    }

    [Fact]
    public async Task A_shells_variables_are_left_to_the_shell()
    {
        _builder.AddDockerComposeEnvironment("compose").WithDashboard(enabled: false);
        _builder.AddContainer("app", "app").WithEntrypoint("/bin/sh").WithArgs("-c", "echo $HOME ${USER} $$x costs 5$");
        _builder.AddContainer("plain", "plain").WithArgs("$HOME");

        var compose = await ComposeAsync();

        Assert.Contains("""- "echo $$HOME $${USER} $$x costs 5$" """.TrimEnd(), compose, StringComparison.Ordinal);
        Assert.Contains("""- "$HOME" """.TrimEnd(), compose, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_file_can_be_changed_before_it_is_written()
    {
        _builder.AddDockerComposeEnvironment("compose").WithDashboard(enabled: false)
            .WithProperties(environment => environment.DefaultNetworkName = "genai-network")
            .ConfigureComposeFile(file => file.Networks["genai-network"].Internal = true);
        _builder.AddContainer("app", "app");

        var compose = await ComposeAsync();

        Assert.Contains("  genai-network:\n    driver: \"bridge\"\n    internal: true\n", compose, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_to_what_is_no_service_is_refused_with_both_names()
    {
        _builder.AddDockerComposeEnvironment("compose");
        var tool = _builder.AddExecutable("tool", "tool", ".").WithHttpEndpoint(port: 1, name: "http");
        _builder.AddContainer("app", "app").WithEnvironment("TOOL", tool.GetEndpoint("http"));
        using var app = _builder.Build();

        await app.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = 0;
        Assert.False(File.Exists(_output.Combine("docker-compose.yaml")));
    }

    [Theory]
    [InlineData("a $b", "a $$b")]
    [InlineData("$$b ${c} $${d} $1 $", "$$b $${c} $${d} $1 $")]
    public void A_dollar_is_doubled_once_and_only_before_a_name(string command, string expected) =>
        Assert.Equal(expected, ShellDollars.Double(command));

    [Fact]
    public void Empty_parts_and_nulls_are_left_out_and_an_empty_value_is_kept()
    {
        var file = new ComposeFile().AddService(new Service { Name = "app" }.AddEnvironmentalVariable("EMPTY", null));

        Assert.Equal("services:\n  app:\n    environment:\n      EMPTY: \"\"\n", file.ToYaml());
    }

    private async Task<string> ComposeAsync()
    {
        using var app = _builder.Build();
        await app.RunAsync(TestContext.Current.CancellationToken);
        return await File.ReadAllTextAsync(_output.Combine("docker-compose.yaml"), TestContext.Current.CancellationToken);
    }
}
