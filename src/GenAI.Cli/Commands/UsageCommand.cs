using System.CommandLine;
using GenAI.Cli.Output;
using GenAI.Contracts.Access;

namespace GenAI.Cli.Commands;

/// <summary><c>genai usage</c></summary>
internal static class UsageCommand
{
    private static readonly Option<int> Days = new("--days", "-d") { Description = "Today and the days before it, 1 to 366.", DefaultValueFactory = _ => 7 };
    private static readonly Option<string?> OneKey = new("--id") { Description = "Only the key of this id. Default: every key that yours may see." };

    public static Command Create(CommandHost host)
    {
        var command = new Command("usage",
            """
            Shows what keys used, by day (UTC): one's own, or everybody's with the scope read-all or admin.

            Examples:
              genai usage
              genai usage --days 30 --id k3v9x2m7qp
              genai usage --json
            """)
        {
            Days, OneKey,
        };
        command.SetGatewayAction(host, async (parsed, gateway, cancellationToken) =>
        {
            var report = await gateway.GetUsageAsync(parsed.GetValue(Days), parsed.GetValue(OneKey), cancellationToken);
            if (parsed.GetValue(Connection.Json)) Answers.WriteJson(host, report);
            else Write(host, report);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(CommandHost host, UsageReport report)
    {
        if (report.Data.IsEmpty)
        {
            host.Error.WriteLine("Nothing was used in that time.");
            return;
        }

        var table = Answers.Table("day", "key", "name", "requests", "jobs", "images", "pixel-steps").RightAligned(3, 4, 5, 6);
        foreach (var row in report.Data)
        {
            table.AddTextRow(
                row.Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), row.Key, row.Name,
                Answers.Number(row.Requests), Answers.Number(row.Jobs), Answers.Number(row.Images), Answers.Number(row.PixelSteps));
        }

        host.Tables().Write(table);
    }
}
