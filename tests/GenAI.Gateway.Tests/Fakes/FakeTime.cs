using GenAI.Testing;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>
/// The wall clock of processes that are started with it, by libfaketime: it can be set while they run, and their monotone clock goes on as it was.
/// </summary>
internal sealed class FakeTime : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _library;

    public FakeTime()
    {
        var found = Directory.Exists("/usr/lib") ? Directory.GetFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions
        {
            RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true,
        }) : [];
        Requires.True(found.Length > 0, "libfaketime is not installed");
        _library = found[0];
        Set(TimeSpan.Zero);
    }

    private string File => _folder.Combine("time");

    /// <param name="ahead">Of the true time; negative for behind it.</param>
    public void Set(TimeSpan ahead)
    {
        // Whole or not at all: it is read at any moment.
        System.IO.File.WriteAllText(File + ".next", FormattableString.Invariant($"{ahead.TotalSeconds:+0;-0;+0}"));
        System.IO.File.Move(File + ".next", File, overwrite: true);
    }

    public void Apply(IDictionary<string, string?> environment)
    {
        environment["LD_PRELOAD"] = _library;
        environment["FAKETIME_TIMESTAMP_FILE"] = File;
        environment["FAKETIME_NO_CACHE"] = "1";
        environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
    }

    public void Dispose() => _folder.Dispose();
}
