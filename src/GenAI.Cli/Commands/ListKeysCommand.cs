using System.CommandLine;
using GenAI.Cli.Output;
using GenAI.Contracts.Access;

namespace GenAI.Cli.Commands;

/// <summary><c>genai keys list</c></summary>
internal static class ListKeysCommand
{
    private static readonly Option<bool> All = new("--all", "-a") { Description = "Revoked and expired keys too." };

    public static Command Create(CommandHost host)
    {
        var command = new Command("list",
            """
            Lists the API keys, the oldest first; never their secrets.

            Examples:
              genai keys list
              genai keys list --all --json
            """)
        {
            All,
        };
        command.SetGatewayAction(host, async (parsed, gateway, cancellationToken) =>
        {
            var list = await gateway.ListKeysAsync(cancellationToken);
            if (!parsed.GetValue(All)) list = new KeyList([.. list.Data.Where(key => key.Status == "active")]);
            if (parsed.GetValue(Connection.Json)) Answers.WriteJson(host, list);
            else Write(host, list);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(CommandHost host, KeyList list)
    {
        if (list.Data.IsEmpty)
        {
            host.Error.WriteLine("There are no such keys.");
            return;
        }

        var table = Answers.Table("id", "name", "key", "status", "scopes", "models", "weight", "limits", "created", "expires");
        foreach (var key in list.Data)
        {
            table.AddTextRow(
                key.Id, key.Name, key.Prefix + "…", key.Status, string.Join(' ', key.Scopes), key.Models.IsEmpty ? "all" : string.Join(' ', key.Models),
                FormattableString.Invariant($"{key.Weight}"), Limits(key.Quotas), Answers.Time(key.CreatedAt), Answers.Time(key.ExpiresAt));
        }

        host.Tables().Write(table);
    }

    private static string Limits(KeyQuotas quotas)
    {
        string?[] parts =
        [
            quotas.RequestsPerMinute is { } rate ? $"{rate}/min" : null,
            quotas.ConcurrentJobs is { } jobs ? $"{jobs} jobs" : null,
            quotas.QueuedJobs is { } queued ? $"{queued} waiting" : null,
            quotas.PixelStepsPerDay is { } steps ? $"{Answers.Number(steps)} pixel-steps/day" : null,
        ];
        return parts.OfType<string>().ToArray() is { Length: > 0 } some ? string.Join(", ", some) : "none";
    }
}
