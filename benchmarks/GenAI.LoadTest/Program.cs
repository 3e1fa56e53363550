using System.CommandLine;
using GenAI.LoadTest.Commands;
using Spectre.Console;

if (Console.IsOutputRedirected)
{
    // A file or a pipe has no width and no colours: a row of a table stays on one line.
    AnsiConsole.Profile.Width = 160;
    AnsiConsole.Profile.Capabilities.Ansi = false;
}

var root = new RootCommand(
    """
    Measures the real gateway, as a process of its own with keys on, beside nginx and HAProxy in front of servers that are alike.
    The model servers sleep instead of computing, so that two cores suffice; what is measured is queueing. Everything listens on free
    loopback ports, is started here and is gone afterwards, Ctrl+C included. Needs nginx and haproxy on the PATH or in /usr/sbin.
    """)
{
    HeavyCommand.Create(),
    ReplayCommand.Create(),
    AcceptCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
