using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Terminal;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenAI.Compat.Tests.Aspire;

public sealed class TerminalTests
{
    private readonly ProjectResource _gateway = new("gateway");
    private readonly ProjectResource _api = new("api");

    public TerminalTests()
    {
        _api.Annotations.Add(new InstancesAnnotation(["api-aaaaaaaa", "api-bbbbbbbb"]));
        _gateway.Annotations.Add(new InstancesAnnotation(["gateway-cccccccc"]));
    }

    [Fact]
    public void Lines_are_aligned_behind_the_resources_name_and_replicas_are_numbered()
    {
        var output = Write(colours: false);

        Assert.Equal(
            ["gateway | listening", "api/2   | ready", "apphost | one", "apphost | two"],
            output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void On_a_terminal_the_name_is_coloured_and_the_line_is_not()
        => Assert.Contains("\e[36mgateway |\e[0m listening", Write(colours: true), StringComparison.Ordinal);

    [Fact]
    public void A_failure_is_said_in_red_with_its_reason()
    {
        var (text, colour) = Line(null, Snapshot("FailedToStart") with { Reason = "no disk left" });

        Assert.Equal(("→ failed to start: no disk left", TerminalColours.Red), (text, colour));
    }

    [Fact]
    public void Health_is_said_when_it_changes()
    {
        var healthy = Snapshot("Running") with { HealthReports = [new("a", HealthStatus.Healthy, null, null)] };
        var unhealthy = healthy with { HealthReports = [new("a", HealthStatus.Unhealthy, "answers 503", null)] };

        Assert.Equal("→ healthy", Line(unhealthy, healthy).Text);
        Assert.Equal("→ unhealthy: answers 503", Line(healthy, unhealthy).Text);
        Assert.Null(StateLine.For(_api, healthy, healthy with { EnvironmentVariables = [] }));
    }

    [Fact]
    public void Waiting_names_what_is_waited_for()
    {
        _api.Annotations.Add(new WaitAnnotation(_gateway, WaitType.WaitUntilHealthy));

        Assert.Equal("→ waiting for gateway", Line(Snapshot("Starting"), Snapshot("Waiting")).Text);
    }

    private (string Text, string? Colour) Line(CustomResourceSnapshot? before, CustomResourceSnapshot now)
        => Assert.NotNull(StateLine.For(_api, before, now));

    private static CustomResourceSnapshot Snapshot(string state) => new() { ResourceType = "Project", Properties = [], State = state };

    private string Write(bool colours)
    {
        using var output = new StringWriter();
        var writer = new TerminalWriter(output, colours, new DistributedApplicationModel([_gateway, _api]));
        writer.Write("gateway-cccccccc", "listening");
        writer.Write("api-bbbbbbbb", "ready");
        writer.WriteAppHost("one\ntwo");
        return output.ToString();
    }
}
