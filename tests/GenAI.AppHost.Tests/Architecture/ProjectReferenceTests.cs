using GenAI.Testing;

namespace GenAI.AppHost.Tests.Architecture;

/// <summary>Who may reference whom. A new arrow is a decision: change it here and in docs/architecture.md together.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["GenAI.Contracts"] = [],
        ["GenAI.ServiceDefaults"] = [],
        ["GenAI.Scheduling"] = [],
        ["GenAI.ModelServer"] = ["GenAI.ServiceDefaults"],
        ["GenAI.Orchestrator"] = ["GenAI.Contracts", "GenAI.ServiceDefaults"],
        ["GenAI.Gateway"] = ["GenAI.Contracts", "GenAI.Scheduling", "GenAI.ServiceDefaults"],
        ["GenAI.Cli"] = ["GenAI.Contracts"],
        ["GenAI.AppHost"] = ["GenAI.Gateway", "GenAI.ModelServer", "GenAI.Orchestrator"],
    };

    public static TheoryData<string> Projects => [.. ProjectFile.All.Where(IsProduct)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_architecture_allows(string projectFile)
    {
        var name = Path.GetFileNameWithoutExtension(projectFile);

        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is not in the table of allowed references.");
        Assert.Empty(ProjectFile.References(projectFile).Except(allowed));
    }

    [Fact]
    public void A_stand_in_references_only_stand_ins() =>
        Assert.All(ProjectFile.All.Where(IsStandIn), project =>
            Assert.All(ProjectFile.References(project), reference => Assert.True(
                File.Exists(Path.Combine(Repository.Root, "compat", reference, $"{reference}.csproj")), $"{project} references {reference}.")));

    [Fact]
    public void No_project_outside_compat_names_a_stand_in()
    {
        Assert.All(ProjectFile.All.Where(project => !IsStandIn(project)), project =>
            Assert.DoesNotContain("compat", File.ReadAllText(Path.Combine(Repository.Root, project)), StringComparison.Ordinal));
        Assert.DoesNotContain("compat", File.ReadAllText(Path.Combine(Repository.Root, "GenAI.sln")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_solution_holds_every_project_but_the_stand_ins()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "GenAI.sln")).Replace('\\', '/');

        Assert.All(ProjectFile.All.Where(project => !IsStandIn(project) && !IsFixture(project)), project => Assert.Contains(project, solution, StringComparison.Ordinal));
    }

    private static bool IsStandIn(string project) => project.StartsWith("compat/", StringComparison.Ordinal);

    private static bool IsFixture(string project) => project.StartsWith("tests/Fixtures/", StringComparison.Ordinal);

    private static bool IsProduct(string project) =>
        !IsStandIn(project) && !project.StartsWith("tests/", StringComparison.Ordinal) && !project.StartsWith("benchmarks/", StringComparison.Ordinal);
}
