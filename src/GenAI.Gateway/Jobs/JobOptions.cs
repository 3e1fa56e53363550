namespace GenAI.Gateway.Jobs;

/// <summary>Where jobs are kept, how many may wait, and how long they are remembered; configuration section <c>GenAI:Gateway:Jobs</c>.</summary>
internal sealed class JobOptions
{
    public const string Section = "GenAI:Gateway:Jobs";

    /// <summary>
    /// Where the journal (<c>jobs.db</c>) and what jobs made (<c>content/</c>) lie. By default the user's folder for the state of programs:
    /// <c>$STATE_DIRECTORY</c> under systemd, else <c>$XDG_STATE_HOME/genai/gateway</c>, which is <c>~/.local/state/genai/gateway</c>.
    /// </summary>
    public string Folder { get; set; } = DefaultFolder();

    /// <summary>Jobs of one model that may wait; the next one is refused with 429.</summary>
    public int QueueLength { get; set; } = 10_000;

    /// <summary>Jobs of one key that may wait, over all models.</summary>
    public int QueueLengthPerKey { get; set; } = 5_000;

    /// <summary>While a model's oldest waiting job is older than this, no more are taken: the model cannot keep up.</summary>
    public TimeSpan QueueAge { get; set; } = TimeSpan.FromHours(6);

    /// <summary>The same for the oldest waiting job of the key.</summary>
    public TimeSpan QueueAgePerKey { get; set; } = TimeSpan.FromHours(6);

    /// <summary>The largest payload of one job, in bytes.</summary>
    public int PayloadBytes { get; set; } = 64 << 20;

    /// <summary>How long an ended job and what it made are kept.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many ended jobs are kept.</summary>
    public int KeepCount { get; set; } = 100_000;

    /// <summary>How many bytes of outputs are kept.</summary>
    public long KeepBytes { get; set; } = 50L << 30;

    /// <summary>How often what is beyond these limits is deleted.</summary>
    public TimeSpan CleanInterval { get; set; } = TimeSpan.FromMinutes(5);

    private static string DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } service) return service;
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } named
            ? named
            : OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(state, "genai", "gateway");
    }
}
