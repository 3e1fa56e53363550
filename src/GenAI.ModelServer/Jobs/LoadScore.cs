namespace GenAI.ModelServer.Jobs;

/// <summary>
/// How busy the server is, 0 (idle) to 1: n / (n + 1) for n jobs waiting and running. One job is 0.5, three 0.75, so that the
/// score tells short queues apart and never quite saturates.
/// </summary>
internal static class LoadScore
{
    public static double Of(int jobs) => jobs / (jobs + 1.0);
}
