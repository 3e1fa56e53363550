using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Aspire.Hosting.Running;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire;

/// <summary>The fixture's AppHost as a process of its own, as a user starts it.</summary>
internal sealed partial class EchoAppHostProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private EchoAppHostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public IReadOnlyCollection<string> Lines => _lines;

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

    public async Task<string> LineAsync(string containing)
    {
        await Eventually.TrueAsync(
            () => _lines.Any(line => line.Contains(containing, StringComparison.Ordinal)),
            TestContext.Current.CancellationToken,
            what: $"a line with '{containing}' in:\n{string.Join('\n', _lines)}");
        return _lines.First(line => line.Contains(containing, StringComparison.Ordinal));
    }

    /// <summary>The address that the AppHost says a resource runs at.</summary>
    public async Task<Uri> AddressAsync(string resource)
    {
        await LineAsync("resources are healthy");
        var line = _lines.First(line => line.StartsWith(resource, StringComparison.Ordinal) && line.Contains("→ running at", StringComparison.Ordinal));
        return new Uri(Address().Match(line).Value);
    }

    public void Signal(int signal) => ProcessGroups.SignalProcess(Id, signal);

    public Task ExitedAsync() => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            _lines.Enqueue(line.Data);
    }

    [GeneratedRegex("http://[^, ]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
