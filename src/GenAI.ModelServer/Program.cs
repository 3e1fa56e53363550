using GenAI.ModelServer;
using Microsoft.Extensions.Options;

if (CommandLine.AsksForHelp(args))
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

try
{
    await ModelServerApp.Create(args).RunAsync();
    return 0;
}
catch (OptionsValidationException exception)
{
    foreach (var failure in exception.Failures) await Console.Error.WriteLineAsync(failure);
    await Console.Error.WriteLineAsync("See --help.");
    return 2;
}
