using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace GenAI.Compat.Tests.Aspire;

public sealed class ModelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("9lives", "must start with an ASCII letter")]
    [InlineData("two--hyphens", "consecutive hyphens")]
    [InlineData("tail-", "cannot end with a hyphen")]
    [InlineData("under_score", "only ASCII letters, digits, and hyphens")]
    [InlineData("", "between 1 and 64 characters")]
    public void A_bad_name_is_refused_with_the_reason(string name, string reason)
    {
        var refused = Assert.Throws<ArgumentException>(() => new ProjectResource(name));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_taken_once_whatever_its_case()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddParameter("key", "value");

        Assert.Throws<DistributedApplicationException>(() => builder.AddExecutable("KEY", "true", "."));
    }

    [Fact]
    public async Task A_reference_expression_keeps_braces_encodes_and_names_its_values()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var user = builder.AddParameter("user", "a b");

        var expression = ReferenceExpression.Create($"{{\"name\":\"{user}\"}} {user.Resource:uri} {"plain"}");

        Assert.Equal("{\"name\":\"a b\"} a%20b plain", await expression.GetValueAsync(Cancellation));
        Assert.Equal("{\"name\":\"{user.value}\"} {user.value} plain", expression.ValueExpression);
    }

    [Fact]
    public void An_endpoint_that_does_not_exist_is_named_when_it_is_used()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var tool = builder.AddExecutable("tool", "true", ".").WithHttpEndpoint();

        var unallocated = Assert.Throws<InvalidOperationException>(() => tool.GetEndpoint("http").Url);
        var missing = Assert.Throws<InvalidOperationException>(() => tool.GetEndpoint("nothing").Url);

        Assert.Equal("The endpoint `http` is not allocated for the resource `tool`.", unallocated.Message);
        Assert.Equal("The endpoint `nothing` is not defined for the resource `tool`.", missing.Message);
    }

    [Fact]
    public async Task A_parameters_value_is_the_configurations_then_its_default()
    {
        var builder = DistributedApplication.CreateBuilder(["--Parameters:configured=from the command line", "--Parameters:with_hyphen=underscored"]);
        var generated = new GenerateParameterDefault { MinLength = 22, Special = false, MinNumeric = 3 };

        var configured = builder.AddParameter("configured");
        var hyphen = builder.AddParameter("with-hyphen");
        var constant = builder.AddParameter("constant", "fixed");
        var password = builder.AddParameter("password", generated, secret: true);

        Assert.Equal("from the command line", await configured.Resource.GetValueAsync(Cancellation));
        Assert.Equal("underscored", await hyphen.Resource.GetValueAsync(Cancellation));
        Assert.Equal("fixed", await constant.Resource.GetValueAsync(Cancellation));
        var value = await password.Resource.GetValueAsync(Cancellation);
        Assert.Equal(value, await password.Resource.GetValueAsync(Cancellation));
        Assert.Matches("^(?=(.*[0-9]){3})[a-zA-Z0-9]{22}$", value);
    }

    [Fact]
    public void Describing_the_same_endpoint_again_changes_it()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var tool = builder.AddExecutable("tool", "true", ".").WithHttpEndpoint(port: 8080, name: "web");

        tool.WithHttpEndpoint(targetPort: 80, name: "web").WithEndpoint("web", endpoint => endpoint.IsExternal = true);

        var endpoint = Assert.Single(tool.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal((8080, 80, true), (endpoint.Port, endpoint.TargetPort, endpoint.IsExternal));
    }

    [Theory]
    [InlineData("run", true)]
    [InlineData("publish", false)]
    public void The_operation_decides_the_mode(string operation, bool runs)
    {
        var context = DistributedApplication.CreateBuilder(["--operation", operation]).ExecutionContext;

        Assert.Equal((runs, !runs), (context.IsRunMode, context.IsPublishMode));
    }

    [Fact]
    public void An_unknown_operation_is_refused()
        => Assert.Throws<DistributedApplicationException>(() => DistributedApplication.CreateBuilder(["--operation", "fly"]));

    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData("  --name \"two words\"  x ", "--name|two words|x")]
    [InlineData("\"\" \\\"q\\\"", "|\"q\"")]
    [InlineData("", null)]
    public void A_launch_profiles_arguments_are_split_as_a_shell_would(string line, string? expected)
        => Assert.Equal(expected?.Split('|') ?? [], CommandLine.Split(line));
}
