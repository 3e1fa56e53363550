using System.Globalization;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>Keeps a second gateway off the journal for as long as this process lives; the system frees it however the process ends.</summary>
internal sealed class JournalLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _owner;

    private JournalLock(FileStream held, string owner) => (_held, _owner) = (held, owner);

    /// <exception cref="JournalException">Another process has it; the message names it.</exception>
    public static JournalLock Take(string journal)
    {
        // A locked file cannot be read by others everywhere, so its owner is told beside it.
        var owner = journal + ".owner";
        try
        {
            var held = new FileStream(journal + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new JournalLock(held, owner);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new JournalException($"The journal {journal} cannot be locked; make its folder writable. {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw new JournalException(
                $"The journal {journal} is in use by process {Owner(owner)}. One gateway may open it: stop the other, name another folder "
                + $"(GenAI:Gateway:Jobs:Folder), or let several share PostgreSQL (ConnectionStrings:jobs). {exception.Message}",
                exception);
        }
    }

    public void Dispose()
    {
        File.Delete(_owner);
        _held.Dispose();
    }

    private static string Owner(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "(unknown)";
        }
    }
}
