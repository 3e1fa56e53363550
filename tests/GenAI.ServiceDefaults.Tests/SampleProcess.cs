using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using GenAI.Testing;

namespace GenAI.ServiceDefaults.Tests;

/// <summary>The sample service as a process of its own, on a free port of 127.0.0.1, with what it writes.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    public SampleProcess(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" },
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string[] Output
    {
        get
        {
            lock (_output) return [.. _output];
        }
    }

    public string Errors
    {
        get
        {
            lock (_errors) return string.Join('\n', _errors);
        }
    }

    /// <summary>Its address, once it listens.</summary>
    public async Task<Uri> ListeningAsync()
    {
        var line = await Eventually.NotNullAsync(
            () => Task.FromResult(Output.FirstOrDefault(line => ListeningLine().IsMatch(line))),
            TestContext.Current.CancellationToken,
            what: "the service listens");
        return new Uri(ListeningLine().Match(line).Groups["address"].Value);
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.DefaultDeadline, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>The line that holds a text, once it is written, as JSON.</summary>
    public async Task<JsonElement> JsonLineAsync(string text)
    {
        var line = await Eventually.NotNullAsync(
            () => Task.FromResult(Output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))),
            TestContext.Current.CancellationToken,
            what: $"the line '{text}' is written");
        return JsonElement.Parse(line);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void Add(List<string> lines, string? line)
    {
        if (line is null) return;
        lock (lines) lines.Add(line);
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://127\.0\.0\.1:\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListeningLine();
}
