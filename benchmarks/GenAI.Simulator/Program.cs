using System.CommandLine;
using GenAI.Simulator.Commands;
using GenAI.Simulator.Scaling;
using Spectre.Console;

if (Console.IsOutputRedirected)
{
    // A file or a pipe has no width and no colours: a row of a table stays on one line.
    AnsiConsole.Profile.Width = 160;
    AnsiConsole.Profile.Capabilities.Ansi = false;
}

var root = new RootCommand("Replays traces of an image service through GenAI's decisions and through rival policies, and compares them.")
{
    DispatchCommand.Create(),
    ScaleCommand.Create(),
    ForecastCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
