namespace GenAI.LoadTest.Driving;

/// <summary>
/// Small jobs for another model of the same gateway, before anything counts: its code is compiled in earnest only after some thousand
/// calls, and a fleet that is nearly full takes long to get over a slow beginning. What the policy learns, it learns for each model.
/// </summary>
internal static class WarmUp
{
    private const int Clients = 8, Jobs = 2000;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(25);

    public static Task RunAsync(Func<CancellationToken, Task> send, CancellationToken cancellationToken) =>
        ClosedLoop.RunAsync(Clients, Longest, send, Jobs, cancellationToken);
}
