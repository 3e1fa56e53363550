using System.Globalization;
using GenAI.Contracts.Access;

namespace GenAI.Gateway.Access.Requests;

/// <summary>What is left after a request, or when there is something again.</summary>
/// <param name="Allowed">Whether the request may go on. It was counted then, and only then.</param>
/// <param name="Remaining">Requests that may follow at once.</param>
/// <param name="ResetSeconds">After how many seconds the oldest counted requests are forgotten, so that there are more again; at least 1.</param>
internal readonly record struct WindowState(bool Allowed, int Remaining, int ResetSeconds)
{
    /// <summary>The headers that say so (draft-ietf-httpapi-ratelimit-headers, version 03).</summary>
    public KeyValuePair<string, string>[] Headers(RequestWindow window) =>
    [
        new("RateLimit-Policy", window.PolicyText),
        new("RateLimit-Limit", window.LimitText),
        new("RateLimit-Remaining", Remaining.ToString(CultureInfo.InvariantCulture)),
        new("RateLimit-Reset", ResetSeconds.ToString(CultureInfo.InvariantCulture)),
    ];
}

/// <summary>
/// At most so many requests in any 60 seconds: a sliding window, counted in whole seconds of which the oldest counts until it is all past.
/// (A token bucket of the same size would let twice as many through in a minute that begins with a full one.) The lock is held for some
/// nanoseconds and only requests of one key meet at it.
/// </summary>
internal sealed class RequestWindow(int limit)
{
    public const int Seconds = 60;

    // A window of any 60 seconds touches at most 61 whole ones.
    private readonly int[] _counts = new int[Seconds + 1];
    private readonly Lock _lock = new();
    private long _second = long.MinValue;
    private int _sum;

    public int Limit => limit;

    /// <summary>The headers' constant parts.</summary>
    public string LimitText { get; } = limit.ToString(CultureInfo.InvariantCulture);

    public string PolicyText { get; } = $"{limit};w={Seconds}";

    public static RequestWindow? For(KeyQuotas quotas) => quotas.RequestsPerMinute is { } limit ? new RequestWindow(limit) : null;

    public WindowState Take(DateTimeOffset now)
    {
        var second = now.UtcTicks / TimeSpan.TicksPerSecond;
        lock (_lock)
        {
            Forget(second);
            var allowed = _sum < limit;
            if (allowed)
            {
                _counts[(int)(_second % _counts.Length)]++;
                _sum++;
            }

            return new WindowState(allowed, limit - _sum, SecondsToReset());
        }
    }

    /// <summary>One that was taken was not made after all.</summary>
    public void GiveBack(DateTimeOffset now)
    {
        lock (_lock)
        {
            Forget(now.UtcTicks / TimeSpan.TicksPerSecond);
            for (var age = 0; age <= Seconds; age++)
            {
                ref var count = ref _counts[IndexBack(age)];
                if (count == 0) continue;
                count--;
                _sum--;
                return;
            }
        }
    }

    /// <summary>A clock that was set back stands still until it has caught up: nobody gets more by it.</summary>
    private void Forget(long second)
    {
        if (second <= _second) return;
        if (_second == long.MinValue || second - _second >= _counts.Length)
        {
            Array.Clear(_counts);
            _sum = 0;
        }
        else
        {
            for (var next = _second + 1; next <= second; next++)
            {
                ref var count = ref _counts[(int)(next % _counts.Length)];
                _sum -= count;
                count = 0;
            }
        }

        _second = second;
    }

    /// <summary>The oldest second with a request in it is <c>age</c> seconds back, and leaves when it is 61 back.</summary>
    private int SecondsToReset()
    {
        for (var age = Seconds; age >= 0; age--)
        {
            if (_counts[IndexBack(age)] > 0) return _counts.Length - age;
        }

        return 1;
    }

    /// <summary>Of the second so many back, which may lie before the count began.</summary>
    private int IndexBack(int age) => (int)((_second + _counts.Length - age) % _counts.Length);
}
