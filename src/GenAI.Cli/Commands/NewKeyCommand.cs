using System.CommandLine;
using GenAI.Contracts.Access;

namespace GenAI.Cli.Commands;

/// <summary><c>genai keys new</c></summary>
internal static class NewKeyCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("new",
            """
            Prints a new random key without asking any gateway: for GENAI_ADMIN_KEY, before there is a gateway to ask.

            Example:
              GENAI_ADMIN_KEY="$(genai keys new)"
            """);
        command.SetAction(_ => host.Output.WriteLine(ApiKeyFormat.NewKey(ApiKeyFormat.NewId())));
        return command;
    }
}
