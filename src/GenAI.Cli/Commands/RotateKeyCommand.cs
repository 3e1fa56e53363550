using System.CommandLine;
using GenAI.Cli.Output;
using GenAI.Contracts.Access;

namespace GenAI.Cli.Commands;

/// <summary><c>genai keys rotate</c></summary>
internal static class RotateKeyCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The key's id, as genai keys list shows it." };
    private static readonly Option<string?> Overlap = new("--overlap") { Description = "How long the old secret goes on working: 24h, 30m, at most 30d. Default: not at all." };

    public static Command Create(CommandHost host)
    {
        var command = new Command("rotate",
            """
            Gives a key a new secret and prints it. Its id, rights, limits and usage stay.

            Examples:
              genai keys rotate k3v9x2m7qp --overlap 24h
              genai keys rotate k3v9x2m7qp --yes
            """)
        {
            Id, Overlap, Confirmation.Yes,
        };
        command.SetGatewayAction(host, async (parsed, gateway, cancellationToken) =>
        {
            var id = parsed.GetValue(Id)!;
            var overlap = Times.ParseDuration("--overlap", parsed.GetValue(Overlap)) ?? TimeSpan.Zero;
            if (overlap == TimeSpan.Zero && !Confirmation.Given(parsed, host, $"Whoever uses key {id} is refused from now on until they have the new secret (--overlap gives them time). Go on?"))
                return ExitCodes.Cancelled;

            var seconds = (int)Math.Min(overlap.TotalSeconds, int.MaxValue);
            var issued = await gateway.RotateKeyAsync(id, new RotateKeyRequest { OverlapSeconds = seconds }, cancellationToken);
            if (parsed.GetValue(Connection.Json)) Answers.WriteJson(host, issued);
            else Answers.WriteIssued(host, issued, $"Key {id} has a new secret; {Old(issued.Info)}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Old(KeyInfo info) =>
        info.PreviousValidUntil is { } until ? $"the old one works until {Answers.Time(until)}." : "the old one works no more.";
}
