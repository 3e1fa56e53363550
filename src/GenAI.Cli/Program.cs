using GenAI.Cli;

return await GenAICommand.RunAsync(args, CommandHost.OfProcess(), CancellationToken.None);
