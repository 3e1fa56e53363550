using System.CommandLine;
using System.Net;
using GenAI.Cli.Commands;
using GenAI.Contracts.Access;

namespace GenAI.Cli;

/// <summary>The command and its verbs, and what every failure of one becomes.</summary>
internal static class GenAICommand
{
    public static Task<int> RunAsync(string[] args, CommandHost host, CancellationToken cancellationToken)
    {
        var root = new RootCommand(
            $"""
            Administers a GenAI gateway: its API keys and what they use.

            The first admin key is in the file that the gateway names when it starts for the first time:
              export GENAI_URL=http://localhost:8080 GENAI_API_KEY="$(cat first-admin-key)"
              genai keys create --name "course 2026" --model flux-1-dev --requests-per-minute 60
              genai keys list
              genai usage --days 7

            {ExitCodes.Help}
            """)
        {
            Connection.Gateway,
            Connection.Key,
            Connection.Json,
            new Command("keys", "Creates, lists, rotates and revokes API keys.")
            {
                CreateKeyCommand.Create(host),
                ListKeysCommand.Create(host),
                RotateKeyCommand.Create(host),
                RevokeKeyCommand.Create(host),
                NewKeyCommand.Create(host),
            },
            UsageCommand.Create(host),
        };
        var parsed = root.Parse(args);
        // What the library answers to a wrong line, with the code that the help promises.
        return parsed.Errors.Count > 0 ? Task.FromResult(Wrong(parsed, host)) : parsed.InvokeAsync(
            new InvocationConfiguration { Output = host.Output, Error = host.Error }, cancellationToken);
    }

    /// <summary>Runs a verb's work with a client of the gateway.</summary>
    public static void SetGatewayAction(
        this Command command, CommandHost host, Func<ParseResult, AccessClient, CancellationToken, Task<int>> work) =>
        command.SetAction((parsed, cancellationToken) => GuardAsync(parsed, host, async () =>
        {
            using var http = Connection.Open(parsed, host);
            return await work(parsed, new AccessClient(http), cancellationToken);
        }, cancellationToken));

    private static async Task<int> GuardAsync(ParseResult parsed, CommandHost host, Func<Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (UsageException exception)
        {
            return Fail(host, exception.Message, ExitCodes.Usage);
        }
        catch (AccessRefusedException exception)
        {
            return Fail(host, Explain(exception), CodeOf(exception.Status));
        }
        catch (HttpRequestException exception)
        {
            return Fail(host, $"{Address(parsed, host)} cannot be reached: {exception.Message} Is the gateway running there? Name another with --gateway or ${Connection.UrlVariable}.", ExitCodes.Unreachable);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail(host, "Cancelled.", ExitCodes.Cancelled);
        }
        catch (OperationCanceledException)
        {
            return Fail(host, $"{Address(parsed, host)} did not answer in time.", ExitCodes.Unreachable);
        }
    }

    private static int CodeOf(HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ExitCodes.NotAllowed : ExitCodes.Refused;

    private static string Explain(AccessRefusedException refusal)
    {
        var what = refusal.Status switch
        {
            HttpStatusCode.Unauthorized when refusal.Code == "missing_api_key" => $"The gateway asks for an API key: set ${Connection.KeyVariable}, or use --key.",
            HttpStatusCode.Forbidden => $"{refusal.Message} Use a key with the scope admin.",
            HttpStatusCode.NotFound when refusal.Code is null => $"What answers there is no GenAI gateway ({refusal.Message}).",
            _ => refusal.Message,
        };
        return refusal.TraceId is null ? what : $"{what} (trace {refusal.TraceId})";
    }

    private static int Wrong(ParseResult parsed, CommandHost host)
    {
        foreach (var error in parsed.Errors) host.Error.WriteLine(error.Message);
        host.Error.WriteLine($"See: {string.Join(' ', Names(parsed))} --help");
        return ExitCodes.Usage;
    }

    private static Stack<string> Names(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? result = parsed.CommandResult; result is System.CommandLine.Parsing.CommandResult command; result = result.Parent)
            names.Push(command.Command is RootCommand ? "genai" : command.Command.Name);
        return names;
    }

    private static string Address(ParseResult parsed, CommandHost host) =>
        parsed.GetValue(Connection.Gateway) ?? host.Variable(Connection.UrlVariable) ?? Connection.DefaultGateway;

    private static int Fail(CommandHost host, string message, int code)
    {
        host.Error.WriteLine(message);
        return code;
    }
}
