using Microsoft.Data.Sqlite;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>What went wrong with the file, and what to do about it.</summary>
internal static class SqliteFailures
{
    /// <param name="failure">SQLite's failure; the primary result codes are those of "Result and Error Codes" in its documentation.</param>
    public static JournalException Of(SqliteException failure, string path) => new(
        failure.SqliteErrorCode switch
        {
            5 or 6 => $"Another process holds a lock on the journal {path}; close what has it open.",
            8 => $"The journal {path} cannot be written; make the file and its folder writable.",
            10 => $"The journal {path} cannot be read or written: its disk failed. Look after the disk.",
            11 or 26 => $"The journal {path} is damaged or is no SQLite database. Stop the gateway, move it away (with its -wal and -shm), or restore a backup.",
            13 => $"The disk of the journal {path} is full. Free some space; the jobs accepted so far are kept.",
            14 => $"The journal {path} cannot be opened; see that its folder exists and is writable.",
            _ => $"The journal {path} cannot be used: {failure.Message}",
        },
        failure);
}
