using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace GenAI.Testing;

/// <summary>
/// What a test needs from the machine. Missing, the test is skipped with the reason; with <c>GENAI_REQUIRE_ALL=1</c>
/// in the environment (a full CI run) it fails instead, so that nothing is skipped unnoticed.
/// </summary>
public static class Requires
{
    /// <summary>The full path of an executable on the PATH.</summary>
    public static string Program(string name)
    {
        var path = Find(name);
        True(path is not null, $"the program '{name}' is not on the PATH");
        return path;
    }

    /// <summary>Skips (or fails) the test when <paramref name="condition"/> is false.</summary>
    public static void True([DoesNotReturnIf(false)] bool condition, string reason)
    {
        if (condition) return;
        if (Environment.GetEnvironmentVariable("GENAI_REQUIRE_ALL") == "1") Assert.Fail($"Required by GENAI_REQUIRE_ALL=1, but {reason}.");
        Assert.Skip($"Skipped: {reason}.");
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
