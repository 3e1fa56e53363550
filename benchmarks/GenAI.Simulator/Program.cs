using System.CommandLine;
using GenAI.Simulator.Commands;
using GenAI.Simulator.Scaling;

var root = new RootCommand("Replays traces of an image service through GenAI's decisions and through rival policies, and compares them.")
{
    DispatchCommand.Create(),
    ScaleCommand.Create(),
    ForecastCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
