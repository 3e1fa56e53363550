using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GenAI.Testing;

namespace GenAI.AppHost.Tests.Publishing;

/// <summary>
/// <c>aspire-manifest.json</c> is what the AppHost publishes, and what azd and aspirate can read. Written again by
/// <c>dotnet run --project GenAI.AppHost -- --publisher manifest --output-path ../aspire-manifest.json</c>.
/// </summary>
public sealed partial class ManifestTests
{
    private static readonly string Committed = Path.Combine(Repository.Root, "aspire-manifest.json");

    // https://json.schemastore.org/aspire-8.0.json: what each type must and may have.
    private static readonly Dictionary<string, (string[] Required, string[] Allowed)> Types = new()
    {
        ["container.v1"] = (["type", "image"], ["entrypoint", "deployment", "args", "connectionString", "containerFiles", "env", "bindings", "bindMounts", "volumes"]),
        ["project.v1"] = (["type", "path"], ["deployment", "containerFiles", "args", "env", "bindings"]),
        ["parameter.v0"] = (["type", "value", "inputs"], ["connectionString"]),
    };

    [Fact]
    public async Task The_committed_manifest_is_what_the_application_publishes()
    {
        // Beside the committed one, because its paths are relative to it.
        var path = Path.Combine(Repository.Root, $"aspire-manifest.{Guid.NewGuid():N}.json");
        try
        {
            await PublishedApplication.RunAsync("--publisher", "manifest", "--output-path", path);

            Assert.Equal(await File.ReadAllTextAsync(Committed, TestContext.Current.CancellationToken), await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_step_that_publishes_a_manifest_publishes_the_same()
    {
        using var folder = new TemporaryFolder();
        await PublishedApplication.RunAsync("--publisher", "manifest", "--output-path", folder.Combine("one.json"));
        await PublishedApplication.RunAsync("--operation", "publish", "--step", "publish-manifest", "--output-path", folder.Combine("two.json"));

        Assert.Equal(
            await File.ReadAllTextAsync(folder.Combine("one.json"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(folder.Combine("two.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Every_resource_has_what_the_schema_asks_of_its_type_and_nothing_else()
    {
        foreach (var (name, resource) in Resources())
        {
            Assert.True(Types.TryGetValue((string)resource["type"]!, out var rule), $"{name} has the type {resource["type"]}");
            var members = resource.Select(member => member.Key).ToArray();
            Assert.Empty(rule.Required.Except(members));
            Assert.Empty(members.Except([.. rule.Required, .. rule.Allowed]));
            foreach (var binding in resource["bindings"]?.AsObject().Select(binding => binding.Value!) ?? [])
            {
                Assert.Contains((string)binding["protocol"]!, new[] { "tcp", "udp" });
                Assert.Contains((string)binding["transport"]!, new[] { "http", "http2", "tcp" });
                Assert.NotNull(binding["scheme"]);
            }

            Assert.All(resource["env"]?.AsObject().Select(variable => variable.Value!) ?? [], value => Assert.Equal(System.Text.Json.JsonValueKind.String, value.GetValueKind()));
            Assert.All(resource["volumes"]?.AsArray() ?? [], volume => Assert.All(new[] { "name", "target", "readOnly" }, key => Assert.NotNull(volume![key])));
        }
    }

    [Fact]
    public void Every_expression_leads_to_something_in_the_manifest_and_every_project_to_a_file()
    {
        var resources = Resources().ToDictionary(entry => entry.Name, entry => entry.Resource);
        foreach (Match expression in Expressions().Matches(File.ReadAllText(Committed)))
        {
            Assert.True(resources.TryGetValue(expression.Groups["resource"].Value, out var resource), expression.Value);
            if (expression.Groups["binding"] is { Success: true } binding)
                Assert.True(resource["bindings"]?[binding.Value] is not null, expression.Value);
        }

        Assert.All(
            resources.Values.Where(resource => (string)resource["type"]! == "project.v1"),
            project => Assert.True(File.Exists(Path.Combine(Repository.Root, (string)project["path"]!))));
    }

    [Fact]
    public void Only_the_gateway_is_reached_from_outside()
        => Assert.Equal(
            ["gateway"],
            Resources().Where(entry => entry.Resource["bindings"]?.AsObject().Any(binding => (bool?)binding.Value!["external"] == true) == true).Select(entry => entry.Name));

    private static IEnumerable<(string Name, JsonObject Resource)> Resources()
        => JsonNode.Parse(File.ReadAllText(Committed))!["resources"]!.AsObject().Select(entry => (entry.Key, entry.Value!.AsObject()));

    [GeneratedRegex(@"\{(?<resource>[\w-]+)\.(bindings\.(?<binding>[\w-]+)\.\w+|inputs\.\w+|value|connectionString)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Expressions();
}
