using System.Collections.Immutable;
using System.Globalization;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>
/// A notification's text: the gateway that sent it, a letter for what it says, and the rest.
/// <code>
/// 5f0c… j 0b1d…:2 77aa…:0     these jobs are in these states now
/// 5f0c… c 0b1d…               this job is to be cancelled
/// 5f0c… r {…}                 an event of a job, as JSON
/// 5f0c… t 814                 the same, too long for a notification: this row of the table relayed
/// </code>
/// </summary>
internal readonly record struct JobNote(string Gateway, char Kind, string Body)
{
    public static string Changed(string gateway, IEnumerable<(string Id, JobState State)> jobs) =>
        $"{gateway} j {string.Join(' ', jobs.Select(job => string.Create(CultureInfo.InvariantCulture, $"{job.Id}:{(int)job.State}")))}";

    public static string Cancel(string gateway, string id) => $"{gateway} c {id}";

    /// <summary>Null for a text that no gateway sends.</summary>
    public static JobNote? Read(string text) =>
        text.Split(' ', 3) is [var gateway, [var kind], var body] ? new JobNote(gateway, kind, body) : null;

    public ImmutableArray<(string Id, JobState State)> ReadChanged() =>
        [.. Body.Split(' ').Select(pair => pair.Split(':')).Where(pair => pair.Length == 2 && int.TryParse(pair[1], out _))
            .Select(pair => (pair[0], (JobState)int.Parse(pair[1], CultureInfo.InvariantCulture)))];
}
