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
            TellOwner(owner);
            return new JournalLock(held, owner);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new JournalException($"The journal {journal} cannot be locked; make its folder writable. {exception.Message}", exception);
        }
        catch (IOException exception) when (!IsHeld(exception))
        {
            throw new JournalException($"The journal {journal} cannot be locked: {exception.Message} Make its folder writable, or name another with GenAI:Gateway:Jobs:Folder.", exception);
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
        try
        {
            File.Delete(_owner);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is gone with its folder, or stays: what else the gateway has open must be closed all the same.
        }

        _held.Dispose();
    }

    /// <summary>Whether another process has the lock: EWOULDBLOCK of Linux and of macOS, and the sharing violation of Windows.</summary>
    private static bool IsHeld(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static void TellOwner(string path)
    {
        try
        {
            File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // On a full disk nobody can tell whose the journal is. It is held nevertheless.
        }
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
