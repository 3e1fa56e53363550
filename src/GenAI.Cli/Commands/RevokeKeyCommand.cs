using System.CommandLine;
using GenAI.Cli.Output;

namespace GenAI.Cli.Commands;

/// <summary><c>genai keys revoke</c></summary>
internal static class RevokeKeyCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The key's id, as genai keys list shows it." };

    public static Command Create(CommandHost host)
    {
        var command = new Command("revoke",
            """
            Ends a key for good: its requests are refused and its sockets closed. Jobs that it has queued still run.

            Examples:
              genai keys revoke k3v9x2m7qp
              genai keys revoke k3v9x2m7qp --yes
            """)
        {
            Id, Confirmation.Yes,
        };
        command.SetGatewayAction(host, async (parsed, gateway, cancellationToken) =>
        {
            var id = parsed.GetValue(Id)!;
            if (!Confirmation.Given(parsed, host, $"Key {id} will never work again. Go on?")) return ExitCodes.Cancelled;

            var key = await gateway.RevokeKeyAsync(id, cancellationToken);
            if (parsed.GetValue(Connection.Json)) Answers.WriteJson(host, key);
            else host.Error.WriteLine($"Key {key.Id} ({key.Name}) is revoked.");
            return ExitCodes.Done;
        });
        return command;
    }
}
