using GenAI.ModelServer;

if (CommandLine.AsksForHelp(args))
{
    Console.WriteLine(CommandLine.Help);
    return;
}

await ModelServerApp.Create(args).RunAsync();
