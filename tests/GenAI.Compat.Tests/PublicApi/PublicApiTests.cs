using System.Reflection;
using GenAI.Testing;

namespace GenAI.Compat.Tests.PublicApi;

/// <summary>
/// What each stand-in offers is what its listing says: a member that comes or goes is a decision, seen in a diff. Written again by
/// <c>GENAI_UPDATE_GOLDEN=1 dotnet test tests/GenAI.Compat.Tests --filter PublicApi</c>.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "GenAI.Compat.Tests", "PublicApi");

    public static TheoryData<string> StandIns => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "compat"))
        .Select(folder => Path.GetFileName(folder)!)
        .Where(name => Directory.GetFiles(Path.Combine(Repository.Root, "compat", name), "*.cs", SearchOption.TopDirectoryOnly).Length > 0)
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(StandIns))]
    public void The_public_API_is_the_listed_one(string standIn)
    {
        var listing = PublicApiListing.Of(Assembly.Load(standIn));
        var path = Path.Combine(Folder, $"{standIn}.txt");
        if (Environment.GetEnvironmentVariable("GENAI_UPDATE_GOLDEN") == "1")
            File.WriteAllLines(path, listing);

        var listed = File.Exists(path) ? File.ReadAllLines(path) : [];

        Assert.NotEmpty(listing);
        Assert.True(
            listing.SequenceEqual(listed),
            $"{standIn} differs from its listing.\nNew: {string.Join("\n     ", listing.Except(listed))}\nGone: {string.Join("\n      ", listed.Except(listing))}");
    }
}
