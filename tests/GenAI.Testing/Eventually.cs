using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace GenAI.Testing;

/// <summary>Waits for something that another thread or process will do, by polling; fails the test at the deadline.</summary>
public static class Eventually
{
    /// <summary>Long enough for a machine that is busy with other builds; a passing test never waits this long.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(
        Func<bool> condition,
        CancellationToken cancellationToken,
        TimeSpan? within = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), cancellationToken, within, what);

    public static async Task TrueAsync(
        Func<Task<bool>> condition,
        CancellationToken cancellationToken,
        TimeSpan? within = null,
        [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var deadline = within ?? DefaultDeadline;
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > deadline) Assert.Fail($"Not true within {deadline.TotalSeconds:0.#} s: {what}");
            await Task.Delay(PollInterval, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The first value that is not null.</summary>
    public static async Task<T> NotNullAsync<T>(
        Func<Task<T?>> read,
        CancellationToken cancellationToken,
        TimeSpan? within = null,
        [CallerArgumentExpression(nameof(read))] string what = "") where T : class
    {
        T? value = null;
        await TrueAsync(async () => (value = await read()) is not null, cancellationToken, within, what);
        return value!;
    }
}
