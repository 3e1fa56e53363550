namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>
/// A notification's text: the gateway that sent it, a letter for what it says, and the jobs that it is about. What became of them is read
/// from the tables, except what is in no table.
/// <code>
/// 5f0c… j 0b1d… 77aa…     these jobs have changed
/// 5f0c… c 0b1d…           this job is to be cancelled
/// 5f0c… r {…}             what happens to a job, for clients
/// </code>
/// </summary>
internal readonly record struct JobNote(string Gateway, char Kind, string Body)
{
    public const char ChangedKind = 'j';
    public const char CancelKind = 'c';
    public const char RelayKind = 'r';

    /// <summary>In bytes of UTF-8; PostgreSQL takes up to 7999.</summary>
    public const int LongestText = 7900;

    /// <summary>So many ids are below that.</summary>
    public const int MostJobs = 200;

    public string[] Jobs => Body.Split(' ');

    public static string Changed(string gateway, params IEnumerable<string> jobs) => $"{gateway} {ChangedKind} {string.Join(' ', jobs)}";

    public static string Cancel(string gateway, string id) => $"{gateway} {CancelKind} {id}";

    public static string Relay(string gateway, JobRelay relay) => $"{gateway} {RelayKind} {relay.Write()}";

    /// <summary>Null for a text that no gateway sends.</summary>
    public static JobNote? Read(string text) =>
        text.Split(' ', 3) is [var gateway, [var kind], { Length: > 0 } body] ? new JobNote(gateway, kind, body) : null;
}
