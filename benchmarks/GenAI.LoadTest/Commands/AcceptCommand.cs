using System.CommandLine;

namespace GenAI.LoadTest.Commands;

internal static class AcceptCommand
{
    public static Command Create() => new("accept", "");
}
