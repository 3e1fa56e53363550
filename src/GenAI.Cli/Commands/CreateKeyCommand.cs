using System.CommandLine;
using GenAI.Cli.Output;
using GenAI.Contracts.Access;

namespace GenAI.Cli.Commands;

/// <summary><c>genai keys create</c></summary>
internal static class CreateKeyCommand
{
    private static readonly Option<string> Name = new("--name", "-n") { Description = "Whose key it is, for people.", Required = true };
    private static readonly Option<string[]> Scope = new("--scope", "-s")
    {
        Description = $"What it may do, several times for several: {string.Join(", ", KeyScopes.All)}. Default: generate and read-own.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string[]> Model = new("--model", "-m")
    {
        Description = "A model that it may use, several times for several. Default: every one.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Expires = new("--expires") { Description = "When it ends: a number of days (30d) or hours (12h), or a time (2027-01-31). Default: never." };
    private static readonly Option<double?> Weight = new("--weight") { Description = "Its share of the GPUs relative to others' when there is a queue. Default: 1." };
    private static readonly Option<int?> Rate = new("--requests-per-minute") { Description = "Requests in any 60 seconds." };
    private static readonly Option<int?> Concurrent = new("--concurrent-jobs") { Description = "Jobs that wait or run at the same time." };
    private static readonly Option<int?> Queued = new("--queued-jobs") { Description = "Jobs that wait at the same time." };
    private static readonly Option<long?> PixelSteps = new("--pixel-steps-per-day")
    {
        Description = "Steps x pixels x images in a day (UTC); 1024x1024 in 20 steps is 20971520.",
    };

    public static Command Create(CommandHost host)
    {
        var command = new Command("create",
            """
            Makes an API key and prints it, the only time that it is shown.

            Examples:
              genai keys create --name "Ada's laptop"
              genai keys create --name "course 2026" --model flux-1-dev --expires 90d --requests-per-minute 60 --concurrent-jobs 4
              genai keys create --name dashboard --scope read-all
              export GENAI_API_KEY="$(genai keys create --name ci)"
            """)
        {
            Name, Scope, Model, Expires, Weight, Rate, Concurrent, Queued, PixelSteps,
        };
        command.SetGatewayAction(host, async (parsed, gateway, cancellationToken) =>
        {
            var issued = await gateway.CreateKeyAsync(Request(parsed, host), cancellationToken);
            if (parsed.GetValue(Connection.Json)) Answers.WriteJson(host, issued);
            else Answers.WriteIssued(host, issued, $"Key {issued.Info.Id} ({issued.Info.Name}) has been made.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static CreateKeyRequest Request(ParseResult parsed, CommandHost host) => new()
    {
        Name = parsed.GetValue(Name),
        Scopes = parsed.GetValue(Scope) is { Length: > 0 } scopes ? [.. scopes] : null,
        Models = parsed.GetValue(Model) is { Length: > 0 } models ? [.. models] : null,
        ExpiresAt = Times.Parse("--expires", parsed.GetValue(Expires), host.Clock.GetUtcNow()),
        Weight = parsed.GetValue(Weight),
        Quotas = new KeyQuotas
        {
            RequestsPerMinute = parsed.GetValue(Rate),
            ConcurrentJobs = parsed.GetValue(Concurrent),
            QueuedJobs = parsed.GetValue(Queued),
            PixelStepsPerDay = parsed.GetValue(PixelSteps),
        },
    };
}
