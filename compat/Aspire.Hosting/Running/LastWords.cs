namespace Aspire.Hosting.Running;

/// <summary>What a process or container wrote last, to say why it ended.</summary>
internal sealed class LastWords
{
    private string? _lastLine;
    private string? _complaint;

    public void Hear(string line, bool isError)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        _lastLine = line.Trim();
        // What a .NET program dies of is above its stack trace, not below it.
        if (isError && _complaint?.StartsWith("Unhandled exception", StringComparison.Ordinal) != true)
            _complaint = _lastLine;
    }

    public string ReasonOf(int exitCode)
    {
        // 128 + n is the shell's and .NET's way to say that signal n ended the process.
        var how = exitCode is > 128 and < 160 ? $"was ended by signal {exitCode - 128}" : $"ended unexpectedly with exit code {exitCode}";
        return (_complaint ?? _lastLine) is { } line ? $"{how}; it wrote: {line}" : how;
    }
}
