using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Dispatch;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.Jobs;

public class IntakeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_queue_refuses_a_request_whole_and_says_when_to_come_again()
    {
        await using var gateway = TestGateway.Start(settings: new() { ["GenAI:Gateway:Jobs:QueueLength"] = "3" });
        JobSubmission[] two = [Submissions.ComfyUI(1), Submissions.ComfyUI(2)];
        var (first, _) = await gateway.Desk.SubmitAsync(two, Cancelled);
        var (second, error) = await gateway.Desk.SubmitAsync(two, Cancelled);

        Assert.Equal(2, first!.Count);
        Assert.Null(second);
        Assert.Equal((429, "queue_full"), (error!.Status, error.Code));
        Assert.True(error.RetryAfter >= TimeSpan.FromSeconds(1));
        Assert.Equal(2, gateway.Desk.CountOpen(Snapshots.Flux));
        Assert.Equal([1, 2], first.Select(job => gateway.Desk.OutlookOf(job.Id)!.Position));
    }

    [Fact]
    public async Task More_than_an_empty_queue_takes_is_not_to_be_tried_again()
    {
        await using var gateway = TestGateway.Start(settings: new() { ["GenAI:Gateway:Jobs:QueueLength"] = "1" });

        var (_, error) = await gateway.Desk.SubmitAsync([Submissions.ComfyUI(1), Submissions.ComfyUI(2)], Cancelled);

        Assert.Equal((429, "queue_full", null, false), (error!.Status, error.Code, error.RetryAfter, error.Retry));
    }

    [Fact]
    public async Task One_key_cannot_fill_the_queue_of_all()
    {
        await using var gateway = TestGateway.Start(settings: new() { ["GenAI:Gateway:Jobs:QueueLengthPerKey"] = "1" });
        var other = GenAI.Gateway.Access.Caller.Anonymous with { Id = "other" };
        Assert.Null((await gateway.Desk.SubmitAsync(Submissions.ComfyUI(), Cancelled)).Error);
        Assert.Contains("This key", (await gateway.Desk.SubmitAsync(Submissions.ComfyUI(), Cancelled)).Error!.Message);
        Assert.Null((await gateway.Desk.SubmitAsync(Submissions.ComfyUI(caller: other), Cancelled)).Error);
        Assert.Single(gateway.Desk.ListOpen(owner: "other"));
    }

    [Fact]
    public async Task An_idempotency_key_answers_the_same_job_and_a_doubled_id_is_an_error()
    {
        await using var gateway = TestGateway.Start();
        var keyed = Submissions.ComfyUI() with { IdempotencyKey = "k" };
        var (first, _) = await gateway.Desk.SubmitAsync(keyed, Cancelled);
        var (again, _) = await gateway.Desk.SubmitAsync(keyed, Cancelled);
        var (doubled, error) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI() with { Id = first!.Id }, Cancelled);

        Assert.Equal(first.Id, again!.Id);
        Assert.Null(doubled);
        Assert.Equal((409, "invalid_prompt_id"), (error!.Status, error.Code));
        Assert.Equal(1, gateway.Desk.CountOpen());
    }

    [Fact]
    public async Task A_request_that_is_repeated_while_the_queue_is_full_gets_its_job_again()
    {
        await using var gateway = TestGateway.Start(settings: new() { ["GenAI:Gateway:Jobs:QueueLength"] = "1" });
        var keyed = Submissions.ComfyUI() with { IdempotencyKey = "k" };
        var (first, _) = await gateway.Desk.SubmitAsync(keyed, Cancelled);
        var (again, _) = await gateway.Desk.SubmitAsync(keyed, Cancelled);
        var (more, error) = await gateway.Desk.SubmitAsync([keyed, keyed with { IdempotencyKey = "new" }], Cancelled);

        Assert.Equal(first!.Id, again?.Id);
        Assert.Null(more);
        Assert.Equal(429, error!.Status);
        Assert.Equal(1, gateway.Desk.CountOpen());
    }

    [Theory]
    [InlineData("no-such-model", null, 404)]
    [InlineData(Snapshots.Flux, "not-a-uuid", 400)]
    [InlineData(Snapshots.Flux, "6F9619FF-8B86-D011-B42D-00C04FC964FF", 400)]
    public async Task What_cannot_be_run_is_refused(string model, string? id, int status)
    {
        await using var gateway = TestGateway.Start();
        var (_, error) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI() with { Model = model, Id = id }, Cancelled);
        Assert.Equal(status, error!.Status);
        Assert.Contains(id ?? model, error.Message);
    }
}
