using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace GenAI.Compat.Tests.Aspire;

/// <summary>What a real child is told, read from the child itself.</summary>
public sealed class EnvironmentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_is_told_its_addresses_its_telemetry_and_its_neighbours()
    {
        await using var application = new TestApplication();
        var neighbour = application.Builder.AddProject<Projects.EchoService>("orders-db").WithHttpEndpoint().WithHttpEndpoint(name: "api").WithExplicitStart();
        application.AddEcho("shop").WithReference(neighbour);

        var environment = await EnvironmentOfAsync(application, "shop");

        var shop = application.App.GetEndpoint("shop");
        var http = Url(application, "orders-db", "http");
        var api = Url(application, "orders-db", "api");
        Assert.Equal($"http://localhost:{shop.Port}", environment["ASPNETCORE_URLS"]);
        Assert.Equal(http, environment["services__orders-db__http__0"]);
        Assert.Equal(api, environment["services__orders-db__api__0"]);
        Assert.Equal(http, environment["ORDERS_DB_HTTP"]);
        Assert.Equal(api, environment["ORDERS_DB_API"]);
        Assert.Equal("shop", environment["OTEL_SERVICE_NAME"]);
        Assert.Matches("^service\\.instance\\.id=[a-z]{8}$", environment["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal("in_memory", environment["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"]);
        Assert.Equal("simple", environment["LOGGING__CONSOLE__FORMATTERNAME"]);
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", environment.Keys);
        Assert.DoesNotContain("OTEL_TRACES_SAMPLER", environment.Keys);
    }

    [Fact]
    public async Task In_development_telemetry_is_sent_at_once_to_the_configured_endpoint()
    {
        await using var application = new TestApplication("--environment=Development", "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:4317");
        application.AddEcho("shop");

        var environment = await EnvironmentOfAsync(application, "shop");

        Assert.Equal("http://localhost:4317", environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("grpc", environment["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("1000", environment["OTEL_BLRP_SCHEDULE_DELAY"]);
        Assert.Equal("1000", environment["OTEL_BSP_SCHEDULE_DELAY"]);
        Assert.Equal("1000", environment["OTEL_METRIC_EXPORT_INTERVAL"]);
        Assert.Equal("always_on", environment["OTEL_TRACES_SAMPLER"]);
        Assert.Equal("trace_based", environment["OTEL_METRICS_EXEMPLAR_FILTER"]);
        Assert.Equal("true", environment["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"]);
    }

    [Theory]
    [InlineData(OtlpProtocol.Grpc, true, true, "http://localhost:4317 grpc")]
    [InlineData(OtlpProtocol.HttpProtobuf, true, true, "http://localhost:4318 http/protobuf")]
    [InlineData(OtlpProtocol.HttpProtobuf, true, false, "http://localhost:4317 grpc")]
    [InlineData(OtlpProtocol.Grpc, false, true, "http://localhost:4318 http/protobuf")]
    [InlineData(OtlpProtocol.Grpc, false, false, "")]
    public async Task Telemetry_goes_by_the_required_protocol_or_by_the_one_there_is(OtlpProtocol required, bool hasGrpc, bool hasHttp, string expected)
    {
        await using var application = new TestApplication();
        var configuration = application.Builder.Configuration;
        configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = hasGrpc ? "http://localhost:4317" : null;
        configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = hasHttp ? "http://localhost:4318" : null;
        application.AddScript("tool", "echo $OTEL_EXPORTER_OTLP_ENDPOINT $OTEL_EXPORTER_OTLP_PROTOCOL").WithOtlpExporter().WithOtlpExporter(required);

        await application.StartAsync();
        await application.StateAsync("tool", "Finished");

        Assert.Equal([expected], await application.LinesAsync("tool"));
    }

    [Fact]
    public async Task Every_kind_of_value_reaches_the_child()
    {
        await using var application = new TestApplication("--Parameters:region=eu-west", "--ConnectionStrings:db=Host=db");
        var region = application.Builder.AddParameter("region");
        var database = application.Builder.AddConnectionString("db");
        var shop = application.AddEcho("shop");
        shop.WithEnvironment("PLAIN", "text")
            .WithEnvironment("REGION", region)
            .WithEnvironment("ADDRESS", shop.GetEndpoint("http"))
            .WithEnvironment("PORT", shop.GetEndpoint("http").Property(EndpointProperty.Port))
            .WithEnvironment("HEALTH", $"{shop.GetEndpoint("http")}/health?at={region}")
            .WithEnvironment("CALLBACK", () => "called")
            .WithEnvironment(async context =>
            {
                await Task.Yield();
                context.EnvironmentVariables["ASYNC"] = context.EnvironmentVariables["PLAIN"];
            })
            .WithReference(database);

        var environment = await EnvironmentOfAsync(application, "shop");

        var address = Url(application, "shop", "http");
        Assert.Equal("text", environment["PLAIN"]);
        Assert.Equal("eu-west", environment["REGION"]);
        Assert.Equal(address, environment["ADDRESS"]);
        Assert.Equal(new Uri(address).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), environment["PORT"]);
        Assert.Equal($"{address}/health?at=eu-west", environment["HEALTH"]);
        Assert.Equal("called", environment["CALLBACK"]);
        Assert.Equal("text", environment["ASYNC"]);
        Assert.Equal("Host=db", environment["ConnectionStrings__db"]);
    }

    [Fact]
    public async Task The_child_runs_in_its_projects_folder_with_the_arguments_given()
    {
        await using var application = new TestApplication();
        var shop = application.AddEcho("shop");
        shop.WithArgs("--port-of", shop.GetEndpoint("http").Property(EndpointProperty.TargetPort)).WithArgs("two words", "quo\"te", "$HOME");

        await application.StartAsync();
        await application.HealthyAsync("shop");
        using var client = application.App.CreateHttpClient("shop");
        var arguments = await client.GetFromJsonAsync<string[]>("/arguments", Cancellation);
        var process = await client.GetFromJsonAsync<JsonObject>("/process", Cancellation);

        var port = application.App.GetEndpoint("shop").Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(["--port-of", port, "two words", "quo\"te", "$HOME"], arguments!);
        Assert.Equal(Path.GetDirectoryName(new Projects.EchoService().ProjectPath), (string?)process!["workingDirectory"]);
    }

    [Fact]
    public async Task The_AppHosts_own_addresses_are_not_inherited()
    {
        await using var application = new TestApplication();
        application.AddScript("tool", "echo \"[$ASPNETCORE_URLS$DOTNET_LAUNCH_PROFILE]\"");
        var before = Environment.GetEnvironmentVariable("ASPNETCORE_URLS");
        Environment.SetEnvironmentVariable("ASPNETCORE_URLS", "http://localhost:1");
        try
        {
            await application.StartAsync();
            await application.StateAsync("tool", "Finished");
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPNETCORE_URLS", before);
        }

        Assert.Equal(["[]"], await application.LinesAsync("tool"));
    }

    [Fact]
    public async Task An_executable_learns_its_port_from_the_variable_that_the_endpoint_names()
    {
        await using var application = new TestApplication();
        var tool = application.AddScript("tool", "echo \"$LISTEN\"").WithHttpEndpoint(name: "web", env: "LISTEN");
        await application.StartAsync();
        await application.StateAsync("tool", "Finished");

        Assert.Equal([tool.GetEndpoint("web").Port.ToString(System.Globalization.CultureInfo.InvariantCulture)], await application.LinesAsync("tool"));
    }

    private static async Task<Dictionary<string, string>> EnvironmentOfAsync(TestApplication application, string name)
    {
        await application.StartAsync();
        await application.HealthyAsync(name);
        using var client = application.App.CreateHttpClient(name);
        return (await client.GetFromJsonAsync<Dictionary<string, string>>("/environment", Cancellation))!;
    }

    private static string Url(TestApplication application, string resource, string endpoint)
        => application.App.GetEndpoint(resource, endpoint).ToString().TrimEnd('/');
}
