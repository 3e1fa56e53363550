using System.Runtime.CompilerServices;

namespace GenAI.Compat.Tests.OpenTelemetry;

/// <summary>
/// Files with the expected output, under Golden/ beside this file. After an intended change write them again with
/// <c>GENAI_UPDATE_GOLDEN=1 dotnet test tests/GenAI.Compat.Tests</c>, and read the difference.
/// </summary>
internal static class Golden
{
    public static void Matches(string name, string actual, [CallerFilePath] string testFile = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(testFile)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("GENAI_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, actual);

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
