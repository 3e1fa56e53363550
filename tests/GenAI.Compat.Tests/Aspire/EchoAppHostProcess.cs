using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Aspire.Hosting.Running;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire;

/// <summary>The fixture's AppHost as a process of its own, as a user starts it.</summary>
internal sealed partial class EchoAppHostProcess : IAsyncDisposable
{
    private readonly StringBuilder _text = new();
    private readonly Process _process;
    private readonly bool _isInTerminal;

    private EchoAppHostProcess(Process process, bool isInTerminal = false)
    {
        _process = process;
        _isInTerminal = isInTerminal;
        _ = KeepAsync(process.StandardOutput);
        _ = KeepAsync(process.StandardError);
    }

    /// <summary>All that it wrote, an unfinished line included.</summary>
    public string Text
    {
        get
        {
            lock (_text)
                return _text.ToString();
        }
    }

    public IReadOnlyCollection<string> Lines => [.. Text.Split('\n').SkipLast(1).Select(line => line.TrimEnd('\r'))];

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public static EchoAppHostProcess Start(params string[] args) => Start(new Dictionary<string, string?>(), args);

    public static EchoAppHostProcess Start(IReadOnlyDictionary<string, string?> environment, params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "EchoAppHost"), args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new EchoAppHostProcess(Process.Start(start)!);
    }

    /// <summary>On a terminal of its own: `script` makes one and passes on what is typed.</summary>
    public static EchoAppHostProcess StartInTerminal(string argument)
    {
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", $"{Path.Combine(AppContext.BaseDirectory, "EchoAppHost")} {argument}", "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NO_COLOR"] = "1", ["TERM"] = "xterm" },
        };
        return new EchoAppHostProcess(Process.Start(start)!, isInTerminal: true);
    }

    public async Task TypeAsync(string line)
    {
        await _process.StandardInput.WriteAsync(line + "\r");
        await _process.StandardInput.FlushAsync();
    }

    public Task TextAsync(string containing) => Eventually.TrueAsync(
        () => Text.Contains(containing, StringComparison.Ordinal), TestContext.Current.CancellationToken, what: $"'{containing}' in:\n{Text}");

    public async Task<string> LineAsync(string containing)
    {
        await Eventually.TrueAsync(
            () => Lines.Any(line => line.Contains(containing, StringComparison.Ordinal)),
            TestContext.Current.CancellationToken,
            what: $"a line with '{containing}' in:\n{string.Join('\n', Lines)}");
        return Lines.First(line => line.Contains(containing, StringComparison.Ordinal));
    }

    /// <summary>The address that the AppHost says a resource runs at.</summary>
    public async Task<Uri> AddressAsync(string resource)
    {
        await LineAsync("resources are healthy");
        var line = Lines.First(line => line.StartsWith(resource, StringComparison.Ordinal) && line.Contains("→ running at", StringComparison.Ordinal));
        return new Uri(Address().Match(line).Value);
    }

    public void Signal(int signal) => ProcessGroups.SignalProcess(Id, signal);

    public Task ExitedAsync() => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Behind a terminal it is a child, which a hangup does not end where the tests were started without one (nohup).
            _process.Kill(entireProcessTree: _isInTerminal);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private async Task KeepAsync(StreamReader output)
    {
        var buffer = new char[1024];
        while (await output.ReadAsync(buffer) is var count and > 0)
        {
            lock (_text)
                _text.Append(buffer, 0, count);
        }
    }

    [GeneratedRegex("http://[^, ]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
