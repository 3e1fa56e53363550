namespace GenAI.Cli;

internal static class Program
{
    public static Task<int> Main(string[] args) => GenAICommand.RunAsync(args, CommandHost.OfProcess(), CancellationToken.None);
}
