using GenAI.Testing;

namespace GenAI.AppHost.Tests.Publishing;

/// <summary>Publishes GenAI.AppHost as a user does.</summary>
internal static class PublishedApplication
{
    public static async Task<string> RunAsync(params string[] args)
    {
        var result = await Programs.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "GenAI.AppHost"), args, TestContext.Current.CancellationToken,
            folder: Path.Combine(Repository.Root, "GenAI.AppHost"));
        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}");
        return result.Output;
    }
}
