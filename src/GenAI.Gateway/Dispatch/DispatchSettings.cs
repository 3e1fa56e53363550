using GenAI.Scheduling.Dispatch;

namespace GenAI.Gateway.Dispatch;

/// <summary>How jobs are run on instances; configuration section <c>GenAI:Gateway:Dispatch</c>.</summary>
internal sealed class DispatchSettings
{
    public const string Section = "GenAI:Gateway:Dispatch";

    /// <summary>After so many instances have died of a job it fails, with the reasons.</summary>
    public int MostDeaths { get; set; } = 2;

    /// <summary>A job of which nothing is heard for so long hangs, and goes to another instance.</summary>
    public TimeSpan HangLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an instance that has a job may be out of reach before the job goes to another.</summary>
    public TimeSpan UnreachableLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The same after a start of the gateway, when the instances may still be starting too.</summary>
    public TimeSpan AdoptionLimit { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a job may wait that no instance could run, since the one that could is no longer there; then it fails.</summary>
    public TimeSpan UnableLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a job may go on at an instance that is being drained before it goes to another.</summary>
    public TimeSpan InstanceDrainLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the gateway, told to stop, lets the running jobs go on. What waits stays in the journal, and what then still runs is found again.</summary>
    public TimeSpan DrainLimit { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>The time limit of a call to an instance that is answered at once: submit, queue, history, view, interrupt.</summary>
    public TimeSpan CallLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The next job is brought to an instance this long before the one that runs is expected to be done, so that its files and checks cost
    /// nothing; zero: one job after the other.
    /// </summary>
    public TimeSpan Overlap { get; set; } = TimeSpan.Zero;

    /// <summary>How often instances are asked about a job of which their socket says nothing.</summary>
    public TimeSpan AskInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often limits are looked at.</summary>
    public TimeSpan ReviewInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long this gateway may be silent before another takes over its jobs; with one gateway it says nothing.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How the policy weighs one thing against another.</summary>
    public DispatchOptions Policy { get; set; } = new();
}
