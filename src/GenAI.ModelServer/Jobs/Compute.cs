namespace GenAI.ModelServer.Jobs;

/// <summary>
/// Long computations run on a thread of their own: on a machine with one core the pool starts with one thread,
/// and requests must be answered while a picture is computed.
/// </summary>
internal static class Compute
{
    public static Task<T> OnOwnThread<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            work, cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
