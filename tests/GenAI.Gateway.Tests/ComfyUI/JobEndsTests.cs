using System.Text.Json;
using GenAI.Gateway.ComfyUI.Listing;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Tests.ComfyUI;

public class JobEndsTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(JobState.Queued, "pending", "queued")]
    [InlineData(JobState.Dispatched, "in_progress", "dispatched")]
    [InlineData(JobState.Running, "in_progress", "running")]
    [InlineData(JobState.Completed, "completed", "completed")]
    [InlineData(JobState.Failed, "failed", "failed")]
    [InlineData(JobState.Cancelled, "cancelled", "cancelled")]
    [InlineData(JobState.Lost, "failed", "lost")]
    internal void Every_state_has_ComfyUIs_word_and_ours(JobState state, string theirs, string ours)
    {
        var summary = JobSummary.Of(Job(state), null, null);

        Assert.Equal((theirs, ours), (summary["status"]!.ToString(), summary["genai"]!["state"]!.ToString()));
    }

    [Fact]
    public void A_lost_job_says_so_with_its_reason()
    {
        var job = Job(JobState.Lost) with { Failure = "everything that knew of it went away" };

        var (type, data) = JobEnds.Message(job, null, "3")!.Value;

        Assert.Equal("execution_error", type);
        Assert.Equal(("JobLost", job.Failure, "3"), (data["exception_type"]!.ToString(), data["exception_message"]!.ToString(), data["node_id"]!.ToString()));
        Assert.Equal("error", JobEnds.Status(job, null)["status_str"]!.ToString());
    }

    [Fact]
    public void What_the_instance_said_of_the_end_is_passed_on()
    {
        using var result = JsonDocument.Parse("""{"status":{"messages":[["execution_start",{"prompt_id":"a"}],["execution_error",{"prompt_id":"a","node_type":"KSampler"}]]}}""");

        var (_, data) = JobEnds.Message(Job(JobState.Failed), result.RootElement, null)!.Value;

        Assert.Equal("KSampler", data["node_type"]!.ToString());
        Assert.Equal("KSampler", JobSummary.Of(Job(JobState.Failed), null, result.RootElement)["execution_error"]!["node_type"]!.ToString());
    }

    [Fact]
    public void A_job_that_was_taken_out_before_it_ran_leaves_without_a_word() =>
        Assert.Null(JobEnds.Message(Job(JobState.Cancelled) with { Attempts = [] }, null, null));

    private static Job Job(JobState state) => new()
    {
        Id = "a",
        Model = "flux-1-dev",
        Source = JobSource.ComfyUI,
        Owner = "anna",
        Number = 3,
        Demand = new JobDemand { Checkpoint = "x.safetensors" },
        AcceptedAt = Start,
        State = state,
        Attempts = [new JobAttempt("flux-1-dev-0", Start, Start)],
    };
}
