using System.CommandLine;

namespace GenAI.LoadTest.Commands;

internal static class ReplayCommand
{
    public static Command Create() => new("replay", "");
}
