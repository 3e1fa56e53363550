using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;

namespace GenAI.Compat.Tests.Aspire.Publishing;

/// <summary>Entries of the manifest beyond the golden one's; the forms are those of the published Aspire manifest schema.</summary>
public sealed class ManifestTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder(["--operation", "publish"]);

    [Fact]
    public async Task A_container_that_is_built_has_its_context_stage_arguments_and_secrets()
    {
        var version = _builder.AddParameter("version");
        var token = _builder.AddParameter("token", secret: true);
        _builder.AddDockerfile("app", "../app", "docker/Dockerfile", stage: "final")
            .WithBuildArg("VERSION", version)
            .WithBuildArg("DEBUG", false)
            .WithBuildSecret("TOKEN", token)
            .WithEntrypoint("/run.sh");

        var app = await EntryAsync("app");

        Assert.Equal("container.v1", (string?)app["type"]);
        Assert.Equal("../app", (string?)app["build"]!["context"]);
        Assert.Equal("../app/docker/Dockerfile", (string?)app["build"]!["dockerfile"]);
        Assert.Equal("final", (string?)app["build"]!["stage"]);
        Assert.Equal("""{"VERSION":"{version.value}","DEBUG":"false"}""", app["build"]!["args"]!.ToJsonString());
        Assert.Equal("""{"TOKEN":{"type":"env","value":"{token.value}"}}""", app["build"]!["secrets"]!.ToJsonString());
        Assert.Equal("/run.sh", (string?)app["entrypoint"]);
    }

    [Fact]
    public void A_secret_is_no_build_argument()
    {
        var token = _builder.AddParameter("token", secret: true);
        var app = _builder.AddDockerfile("app", "../app");

        var refused = Assert.Throws<InvalidOperationException>(() => app.WithBuildArg("TOKEN", token));

        Assert.Contains("WithBuildSecret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_executable_has_its_folder_command_arguments_and_bindings()
    {
        _builder.AddExecutable("tool", "node", "../web", "server.js", "--quiet").WithHttpEndpoint(port: 8080, name: "web");

        var tool = await EntryAsync("tool");

        Assert.Equal("executable.v0", (string?)tool["type"]);
        Assert.Equal("../web", (string?)tool["workingDirectory"]);
        Assert.Equal("node", (string?)tool["command"]);
        Assert.Equal("""["server.js","--quiet"]""", tool["args"]!.ToJsonString());
        Assert.Equal(8080, (int?)tool["bindings"]!["web"]!["port"]);
    }

    [Fact]
    public async Task Defaults_of_parameters_are_values_or_the_rules_to_make_one()
    {
        _builder.AddParameter("region", "eu-west", publishValueAsDefault: true);
        _builder.AddParameter("password", new GenerateParameterDefault { MinLength = 30, Special = false, MinNumeric = 2 }, secret: true);

        Assert.Equal("""{"value":"eu-west"}""", (await EntryAsync("region"))["inputs"]!["value"]!["default"]!.ToJsonString());
        Assert.Equal(
            """{"generate":{"minLength":30,"special":false,"minNumeric":2}}""",
            (await EntryAsync("password"))["inputs"]!["value"]!["default"]!.ToJsonString());
    }

    [Fact]
    public async Task A_parameter_that_is_encoded_in_an_expression_has_an_entry_of_its_own()
    {
        var password = _builder.AddParameter("password", secret: true);
        _builder.AddContainer("db", "postgres").WithEnvironment("URL", $"postgres://admin:{password.Resource:uri}@db");

        var resources = await ResourcesAsync();

        Assert.Equal("postgres://admin:{password-uri-encoded.value}@db", (string?)resources["db"]!["env"]!["URL"]);
        Assert.Equal(
            """{"type":"annotated.string","value":"{password.value}","filter":"uri"}""", resources["password-uri-encoded"]!.ToJsonString());
    }

    [Fact]
    public async Task A_connection_string_is_a_parameter_and_is_referred_to_by_name()
    {
        var orders = _builder.AddConnectionString("orders");
        _builder.AddContainer("app", "app").WithReference(orders);

        var resources = await ResourcesAsync();

        Assert.Equal("{orders.value}", (string?)resources["orders"]!["connectionString"]);
        Assert.True((bool?)resources["orders"]!["inputs"]!["value"]!["secret"]);
        Assert.Equal("{orders.connectionString}", (string?)resources["app"]!["env"]!["ConnectionStrings__orders"]);
    }

    [Fact]
    public async Task A_connection_string_of_other_values_is_a_value()
    {
        var db = _builder.AddContainer("db", "postgres", "17").WithEndpoint(targetPort: 5432, name: "tcp");
        var password = _builder.AddParameter("password", secret: true);
        var orders = _builder.AddConnectionString("orders", expression =>
        {
            expression.AppendLiteral("Host=");
            expression.AppendFormatted(db.GetEndpoint("tcp").Property(EndpointProperty.Host));
            expression.Append($";Password={password}");
        });
        _builder.AddContainer("app", "app").WithReference(orders);

        var resources = await ResourcesAsync();

        Assert.Equal(
            """{"type":"value.v0","connectionString":"Host={db.bindings.tcp.host};Password={password.value}"}""", resources["orders"]!.ToJsonString());
        Assert.Equal("{orders.connectionString}", (string?)resources["app"]!["env"]!["ConnectionStrings__orders"]);
    }

    [Fact]
    public async Task A_projects_first_endpoint_listens_where_the_deployment_says_and_the_others_where_they_are_told()
    {
        _builder.AddProject<Projects.EchoService>("api", launchProfileName: null)
            .WithHttpEndpoint(port: 5000, name: "main").WithHttpEndpoint(name: "admin").WithHttpEndpoint(targetPort: 9000, name: "metrics")
            .WithEndpoint(port: 7000, scheme: "tcp", name: "raw");

        var api = await EntryAsync("api");

        Assert.Equal(
            """{"scheme":"http","protocol":"tcp","transport":"http","port":5000}""", api["bindings"]!["main"]!.ToJsonString());
        Assert.Equal(8000, (int?)api["bindings"]!["admin"]!["targetPort"]);
        Assert.Equal(9000, (int?)api["bindings"]!["metrics"]!["targetPort"]);
        Assert.Equal(7000, (int?)api["bindings"]!["raw"]!["port"]);
        Assert.StartsWith("{api.bindings.main.targetPort};{api.bindings.admin.targetPort}", (string?)api["env"]!["HTTP_PORTS"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_excluded_is_not_there_and_a_callback_writes_what_it_likes()
    {
        _builder.AddContainer("seed", "seed").ExcludeFromManifest();
        _builder.AddContainer("own", "own").WithManifestPublishingCallback(context => context.Writer.WriteString("type", "own.v0"));

        var resources = await ResourcesAsync();

        Assert.False(resources.ContainsKey("seed"));
        Assert.Equal("""{"type":"own.v0"}""", resources["own"]!.ToJsonString());
    }

    [Theory]
    [InlineData("nginx", "nginx:latest")]
    [InlineData("nginx:1.27", "nginx:1.27")]
    [InlineData("localhost:5000/team/app", "localhost:5000/team/app:latest")]
    [InlineData("ghcr.io/team/app@sha256:0123", "ghcr.io/team/app@sha256:0123")]
    public async Task An_image_is_named_with_its_tag_or_digest(string given, string written)
    {
        _builder.AddContainer("app", given);

        Assert.Equal(written, (string?)(await EntryAsync("app"))["image"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("app@")]
    public void What_names_no_image_is_refused(string image) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _builder.AddContainer("app", image));

    [Fact]
    public async Task Endpoints_without_ports_get_ports_from_8000_on_that_no_other_has()
    {
        _builder.AddContainer("taken", "taken").WithEndpoint(targetPort: 8000, name: "tcp");
        _builder.AddContainer("free", "free").WithEndpoint(name: "a").WithEndpoint(name: "b");

        var bindings = (await EntryAsync("free"))["bindings"]!;

        Assert.Equal(8001, (int?)bindings["a"]!["targetPort"]);
        Assert.Equal(8002, (int?)bindings["b"]!["targetPort"]);
    }

    private async Task<JsonObject> EntryAsync(string name) => (await ResourcesAsync())[name]!.AsObject();

    private async Task<JsonObject> ResourcesAsync()
    {
        using var stream = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(stream))
        {
            var context = new ManifestPublishingContext(_builder.ExecutionContext, Path.Combine(_builder.AppHostDirectory, "manifest.json"), writer);
            await new ManifestWriter(context).WriteAsync(new DistributedApplicationModel(_builder.Resources));
        }

        return JsonNode.Parse(Encoding.UTF8.GetString(stream.ToArray()))!["resources"]!.AsObject();
    }
}
