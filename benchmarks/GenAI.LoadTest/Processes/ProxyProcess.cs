using System.Text.RegularExpressions;
using GenAI.Testing;

namespace GenAI.LoadTest.Processes;

/// <summary>nginx or HAProxy in front of servers, by the templates that lie beside this file.</summary>
internal sealed partial class ProxyProcess : IAsyncDisposable
{
    private const int MatchMilliseconds = 1000;

    private readonly WorkFolder _folder;
    private readonly OwnedProcess _process;

    private ProxyProcess(WorkFolder folder, OwnedProcess process, Uri address) => (_folder, _process, Address) = (folder, process, address);

    public Uri Address { get; }

    /// <summary>nginx with <c>least_conn</c>.</summary>
    public static Task<ProxyProcess> StartNginxAsync(IReadOnlyList<Uri> servers, CancellationToken cancellationToken) =>
        StartAsync("nginx", "nginx.conf", servers, new(), (folder, file) => ["-p", folder, "-e", "stderr", "-c", file], cancellationToken);

    /// <summary>HAProxy with <c>leastconn</c>.</summary>
    /// <param name="servers">Their addresses.</param>
    /// <param name="oneEach">With <c>maxconn 1</c>: requests wait in HAProxy's own queue until a server is free.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static Task<ProxyProcess> StartHAProxyAsync(IReadOnlyList<Uri> servers, bool oneEach, CancellationToken cancellationToken) =>
        StartAsync(
            "haproxy", "haproxy.cfg", servers,
            new(StringComparer.Ordinal)
            {
                ["MAXCONN"] = oneEach ? "maxconn 1" : "",
                ["MODE"] = oneEach ? "one request for each server, the others wait here" : "each request goes at once where fewest are",
            },
            (_, file) => ["-db", "-f", file], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<ProxyProcess> StartAsync(
        string name, string template, IReadOnlyList<Uri> servers, Dictionary<string, string> values,
        Func<string, string, IEnumerable<string>> arguments, CancellationToken cancellationToken)
    {
        var program = Programs.Find(name);
        var folder = new WorkFolder();
        try
        {
            var address = new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}");
            values["LISTEN"] = address.Authority;
            var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Processes", template), cancellationToken);
            var file = Path.Combine(folder.Path, template);
            await File.WriteAllTextAsync(file, Fill(text, servers, values), cancellationToken);
            var process = await OwnedProcess.StartAsync(name, program, arguments(folder.Path, file), folder.Path, new Uri(address, "health"), cancellationToken);
            return new ProxyProcess(folder, process, address);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static string Fill(string template, IReadOnlyList<Uri> servers, Dictionary<string, string> values)
    {
        var filled = Value().Replace(template, match => values.GetValueOrDefault(match.Groups["name"].Value, match.Value));
        return ServerLine().Replace(filled, match => string.Join('\n', servers.Select((server, index) =>
            $"{match.Groups["indent"].Value}{match.Groups["line"].Value.Replace("{index}", $"{index}").Replace("{address}", server.Authority)}")));
    }

    [GeneratedRegex(@"\{\{(?<name>[A-Z]+)\}\}", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Value();

    /// <summary>A line that is written once for each server.</summary>
    [GeneratedRegex(@"(?<indent> *)\{\{SERVERS: (?<line>.*)\}\}", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex ServerLine();
}
