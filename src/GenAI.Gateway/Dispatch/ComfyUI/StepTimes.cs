namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>
/// How long a job loaded and how long it computed, from when its steps were heard of: what passes before the first step, less the length of a
/// step, is loading. Example: begun at 0 s, steps at 12, 13 and 14 s, done at 15 s: a step takes 1 s, loading took 11 s, the work 4 s.
/// </summary>
internal sealed class StepTimes(TimeProvider clock)
{
    private long? _begun;
    private long? _firstStep;
    private long _lastStep;
    private int _steps;

    public void Begin() => _begun ??= clock.GetTimestamp();

    public void Step()
    {
        _lastStep = clock.GetTimestamp();
        _firstStep ??= _lastStep;
        _steps++;
    }

    public void Write(JobRun run)
    {
        if (_begun is not { } begun) return;
        var all = clock.GetElapsedTime(begun);
        var load = TimeSpan.Zero;
        if (_firstStep is { } first && _steps > 1)
        {
            var step = clock.GetElapsedTime(first, _lastStep) / (_steps - 1);
            load = clock.GetElapsedTime(begun, first) - step;
            if (load < TimeSpan.Zero) load = TimeSpan.Zero;
        }

        run.Measured = (load, all - load);
    }
}
