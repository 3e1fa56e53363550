using System.Collections.Immutable;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>
/// A notification's text: the gateway that sent it, a letter for what it says, and the jobs that it is about. What became of them is read
/// from the tables.
/// <code>
/// 5f0c… j 0b1d… 77aa…     these jobs have changed
/// 5f0c… c 0b1d…           this job is to be cancelled
/// </code>
/// </summary>
internal readonly record struct JobNote(string Gateway, char Kind, ImmutableArray<string> Jobs)
{
    public const char ChangedKind = 'j';
    public const char CancelKind = 'c';

    /// <summary>PostgreSQL takes notifications of up to 7999 bytes; so many ids are below that.</summary>
    public const int MostJobs = 200;

    public static string Changed(string gateway, params IEnumerable<string> jobs) => $"{gateway} {ChangedKind} {string.Join(' ', jobs)}";

    public static string Cancel(string gateway, string id) => $"{gateway} {CancelKind} {id}";

    /// <summary>Null for a text that no gateway sends.</summary>
    public static JobNote? Read(string text) =>
        text.Split(' ') is [var gateway, [var kind], .. { Length: > 0 } jobs] ? new JobNote(gateway, kind, [.. jobs]) : null;
}
