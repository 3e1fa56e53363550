using System.CommandLine;
using System.Net.Http.Headers;
using GenAI.Contracts.Access;

namespace GenAI.Cli;

/// <summary>Which gateway is spoken to, with which key: options that every verb takes.</summary>
internal static class Connection
{
    public const string DefaultGateway = "http://localhost:8080";
    public const string UrlVariable = "GENAI_URL";
    public const string KeyVariable = "GENAI_API_KEY";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Option<string?> Gateway { get; } = new("--gateway", "-g")
    {
        Description = $"Address of the gateway. Default: ${UrlVariable}, else {DefaultGateway}.",
        Recursive = true,
        HelpName = "url",
    };

    public static Option<string?> Key { get; } = new("--key", "-k")
    {
        Description = $"API key. Default: ${KeyVariable}, which, unlike an option, other users of the machine cannot see.",
        Recursive = true,
        HelpName = "key",
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the gateway's answer as JSON on standard output, and nothing else.",
        Recursive = true,
    };

    /// <exception cref="UsageException">The address is none.</exception>
    public static HttpClient Open(ParseResult parsed, CommandHost host)
    {
        var address = First(parsed.GetValue(Gateway), host.Variable(UrlVariable)) ?? DefaultGateway;
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageException($"The gateway's address is '{address}'; expected one such as {DefaultGateway} (--gateway or ${UrlVariable}).");

        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = url, Timeout = Limit };
        if (First(parsed.GetValue(Key), host.Variable(KeyVariable)) is { } key)
        {
            if (!ApiKeyFormat.IsWellFormed(key))
            {
                http.Dispose();
                throw new UsageException($"The API key has {key.Length} characters and is none; expected {ApiKeyFormat.Description} (--key or ${KeyVariable}). Check that it is whole.");
            }

            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return http;
    }

    private static string? First(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
            if (!string.IsNullOrWhiteSpace(value)) return value.Trim();
        return null;
    }
}
