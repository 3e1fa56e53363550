using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire;

/// <summary>What a project brings along in launchSettings.json and appsettings.json.</summary>
public sealed class LaunchProfileTests : IDisposable
{
    private readonly TemporaryFolder _project = new();
    private readonly TestApplication _application = new();

    public LaunchProfileTests()
    {
        File.WriteAllText(_project.Combine("Sample.csproj"), "<Project />");
        Directory.CreateDirectory(_project.Combine("Properties"));
        File.WriteAllText(_project.Combine("Properties", "launchSettings.json"), """
            {
              // Visual Studio writes comments too.
              "profiles": {
                "IIS": { "commandName": "IISExpress" },
                "http": {
                  "commandName": "Project",
                  "applicationUrl": "http://localhost:5101;http://0.0.0.0:5102;https://localhost:5103",
                  "environmentVariables": { "GREETING": "from the profile", "COLOUR": "red" },
                },
                "quiet": { "commandName": "Project" },
              }
            }
            """);
    }

    public void Dispose() => _project.Dispose();

    [Fact]
    public void The_first_profile_that_runs_a_project_gives_the_endpoints()
    {
        var sample = _application.Builder.AddProject("sample", _project.Path);

        Assert.Equal(
            [("http", "http", 5101), ("http2", "http", 5102), ("https", "https", 5103)],
            sample.Resource.Annotations.OfType<EndpointAnnotation>().Select(e => (e.Name, e.UriScheme, e.Port!.Value)));
        Assert.All(sample.Resource.Annotations.OfType<EndpointAnnotation>(), endpoint => Assert.Equal("localhost", endpoint.TargetHost));
    }

    [Fact]
    public async Task Its_variables_are_set_unless_the_AppHost_has_set_them()
    {
        var sample = _application.Builder.AddProject("sample", _project.Path).WithEnvironment("LATER", "yes");
        sample.Resource.Annotations.Insert(0, new EnvironmentCallbackAnnotation("COLOUR", () => "blue"));

        var variables = await VariablesAsync(sample.Resource);

        Assert.Equal("from the profile", variables["GREETING"]);
        Assert.Equal("blue", variables["COLOUR"]);
        Assert.Equal("http", variables["DOTNET_LAUNCH_PROFILE"]);
    }

    [Fact]
    public void A_profile_may_be_named_or_refused()
    {
        var named = _application.Builder.AddProject("named", _project.Path, launchProfileName: "quiet");
        var none = _application.Builder.AddProject("none", _project.Path, launchProfileName: null);
        var unknown = Assert.Throws<DistributedApplicationException>(() => _application.Builder.AddProject("unknown", _project.Path, "loud"));

        Assert.Empty(named.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Empty(none.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Contains("does not contain the 'loud' profile", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kestrels_own_endpoints_win_over_the_profiles()
    {
        await File.WriteAllTextAsync(
            _project.Combine("appsettings.json"),
            """{ "Kestrel": { "Endpoints": { "Main": { "Url": "http://*:5201" } } } }""",
            TestContext.Current.CancellationToken);
        var sample = _application.Builder.AddProject("sample", _project.Path);

        var endpoint = Assert.Single(sample.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(("http", 5201), (endpoint.Name, endpoint.Port));
        var variables = await VariablesAsync(sample.Resource);
        Assert.IsType<ReferenceExpression>(variables["Kestrel__Endpoints__Main__Url"]);
        Assert.DoesNotContain("ASPNETCORE_URLS", variables.Keys);
    }

    [Fact]
    public void Malformed_launch_settings_are_named()
    {
        File.WriteAllText(_project.Combine("Properties", "launchSettings.json"), "{ oops");

        var refused = Assert.Throws<DistributedApplicationException>(() => _application.Builder.AddProject("sample", _project.Path));

        Assert.Contains("launchSettings.json' are not valid JSON", refused.Message, StringComparison.Ordinal);
    }

    private async Task<Dictionary<string, object>> VariablesAsync(ProjectResource resource)
    {
        var context = new EnvironmentCallbackContext(_application.Builder.ExecutionContext, resource);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
            await annotation.Callback(context);
        return context.EnvironmentVariables;
    }
}
