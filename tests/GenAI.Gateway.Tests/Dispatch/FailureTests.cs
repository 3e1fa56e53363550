using System.Net;
using System.Text.Json.Nodes;
using GenAI.Contracts.Instances;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.Gateway.Tests.Dispatch;

/// <summary>What becomes of a job when things go wrong.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<FakeComfyUI> _instances = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 2; i++) _instances.Add(await FakeComfyUI.StartAsync(Cancelled));
        foreach (var instance in _instances) instance.Automatic = false;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances) await instance.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_job_whose_instance_dies_goes_to_another()
    {
        await using var gateway = Start();
        var job = await SubmitAsync(gateway);
        var first = await WithJobAsync(job);
        await first.DisposeAsync();
        var second = await WithJobAsync(job);
        await second.FinishAsync(job.Id);

        var ended = await gateway.Desk.WaitForEndAsync(job.Id, Cancelled);
        Assert.Equal(JobState.Completed, ended.State);
        Assert.Equal([true, false], ended.Attempts.Select(attempt => attempt.IsDeath));
        Assert.Contains("gone", ended.Attempts[0].Reason);
    }

    [Fact]
    public async Task A_job_returns_to_the_instance_that_died_of_it_when_no_other_takes_it()
    {
        await using var gateway = Start();
        var job = await SubmitAsync(gateway);
        var first = await WithJobAsync(job);
        await _instances.Single(instance => instance != first).DisposeAsync();
        await first.DisposeAsync();
        await Eventually.TrueAsync(async () => (await gateway.Desk.FindAsync(job.Id, Cancelled))!.Attempts[0].EndedAt is not null, Cancelled);
        await first.StartAgainAsync(Cancelled);

        await Eventually.TrueAsync(() => first.Running.ContainsKey(job.Id), Cancelled);
        await first.FinishAsync(job.Id);
        Assert.Equal(JobState.Completed, (await gateway.Desk.WaitForEndAsync(job.Id, Cancelled)).State);
    }

    [Fact]
    public async Task Two_deaths_fail_the_job_with_both_reasons()
    {
        await using var gateway = Start();
        var job = await SubmitAsync(gateway);
        for (var i = 0; i < 2; i++) await (await WithJobAsync(job)).DisposeAsync();

        var ended = await gateway.Desk.WaitForEndAsync(job.Id, Cancelled);
        Assert.Equal(JobState.Failed, ended.State);
        Assert.Equal(2, ended.Attempts.Select(attempt => attempt.Instance).Distinct().Count());
        Assert.All(ended.Attempts, attempt => Assert.Contains($"{attempt.Instance}: {attempt.Reason}", ended.Failure));
    }

    [Fact]
    public async Task A_prompt_that_the_instance_refuses_fails_at_once_with_its_errors()
    {
        foreach (var instance in _instances)
            instance.Refusal = (400, """{"error":{"type":"prompt_outputs_failed_validation","message":"Prompt outputs failed validation","details":"","extra_info":{}},"node_errors":{"image":{"errors":[]}}}""");
        await using var gateway = Start();
        var job = await SubmitAsync(gateway);

        var ended = await gateway.Desk.WaitForEndAsync(job.Id, Cancelled);
        Assert.Equal(JobState.Failed, ended.State);
        Assert.Contains("Prompt outputs failed validation", ended.Failure);
        Assert.Single(ended.Attempts);
        var result = JsonNode.Parse((await gateway.Desk.ResultOfAsync(job.Id, Cancelled))!.Value.Span)!;
        Assert.NotNull(result["node_errors"]!["image"]);
    }

    [Theory]
    [InlineData("execution_error", "Failed")]
    [InlineData("execution_interrupted", "Cancelled")]
    public async Task A_job_that_fails_or_is_interrupted_at_the_instance_is_not_tried_again(string type, string state)
    {
        var expected = Enum.Parse<JobState>(state);
        await using var gateway = Start();
        var messages = new List<JobMessage>();
        using var listening = gateway.Services.GetRequiredService<JobEvents>().Listen(happened =>
        {
            if (happened is JobMessage message) messages.Add(message);
        });
        var job = await SubmitAsync(gateway);
        await (await WithJobAsync(job)).FinishAsync(job.Id, "out of memory", type);

        var ended = await gateway.Desk.WaitForEndAsync(job.Id, Cancelled);
        Assert.Equal(expected, ended.State);
        Assert.Single(ended.Attempts);
        await Eventually.TrueAsync(() => messages.Count >= 2, Cancelled);
        Assert.Equal([type, "executing"], messages.Select(message => message.Type));
        Assert.All(messages, message => Assert.Equal(expected, message.Job.State));
    }

    [Fact]
    public async Task A_waiting_and_a_running_job_are_cancelled_and_one_that_ended_is_not()
    {
        await using var gateway = Start();
        var jobs = new List<Job>();
        for (var i = 0; i < 3; i++) jobs.Add(await SubmitAsync(gateway));
        await Eventually.TrueAsync(() => _instances.All(instance => instance.Running.Count == 1), Cancelled);
        var waiting = jobs.Single(job => !_instances.Any(instance => instance.Running.ContainsKey(job.Id)));
        var running = jobs.First(job => job != waiting);
        var instance = await WithJobAsync(running);

        Assert.True(await gateway.Desk.CancelAsync(waiting.Id, Cancelled));
        Assert.True(await gateway.Desk.CancelAsync(running.Id, Cancelled));
        Assert.False(await gateway.Desk.CancelAsync(running.Id, Cancelled));
        Assert.False(await gateway.Desk.CancelAsync(Guid.NewGuid().ToString("D"), Cancelled));
        Assert.Contains(running.Id, instance.Interrupted);
        Assert.Equal(JobState.Cancelled, (await gateway.Desk.FindAsync(waiting.Id, Cancelled))!.State);
        Assert.Equal(JobState.Cancelled, (await gateway.Desk.FindAsync(running.Id, Cancelled))!.State);
    }

    [Fact]
    public async Task A_job_that_hangs_is_taken_back_and_given_to_another()
    {
        await using var gateway = Start(("HangLimit", "00:00:01"));
        var job = await SubmitAsync(gateway);
        var first = await WithJobAsync(job);
        var second = _instances.Single(instance => instance != first);
        await Eventually.TrueAsync(() => second.Running.ContainsKey(job.Id), Cancelled);
        await second.FinishAsync(job.Id);

        var ended = await gateway.Desk.WaitForEndAsync(job.Id, Cancelled);
        Assert.Equal(JobState.Completed, ended.State);
        Assert.Contains("Nothing was heard", ended.Attempts[0].Reason);
        Assert.Contains(job.Id, first.Interrupted);
    }

    [Fact]
    public async Task An_instance_that_drains_gets_no_job_and_gives_its_job_back_after_a_while()
    {
        Instance[] instances = [.. _instances.Select((instance, i) => Snapshots.Instance(Snapshots.Flux, i, instance.Address))];
        await using var orchestrator = await FakeOrchestrator.StartAsync(Snapshots.Of(1, instances), Cancelled);
        await using var gateway = TestGateway.Start(orchestrator.Address, Settings(("InstanceDrainLimit", "00:00:01")));
        await Eventually.TrueAsync(() => gateway.Fleet.Current.Snapshot.Version == 1, Cancelled);
        var job = await SubmitAsync(gateway);
        var first = _instances.IndexOf(await WithJobAsync(job));

        orchestrator.Publish(Snapshots.Of(2, [.. instances.Select((instance, i) => i == first ? instance with { State = InstanceState.Draining } : instance)]));
        await Eventually.TrueAsync(() => _instances[1 - first].Running.ContainsKey(job.Id), Cancelled);
        await _instances[1 - first].FinishAsync(job.Id);
        var ended = await gateway.Desk.WaitForEndAsync(job.Id, Cancelled);
        Assert.Equal((JobState.Completed, false), (ended.State, ended.Attempts[0].IsDeath));
        Assert.Contains("drained", ended.Attempts[0].Reason);
        Assert.Single(_instances[first].Prompts);
    }

    [Fact]
    public async Task What_runs_when_the_gateway_stops_is_found_again_and_what_waits_goes_on()
    {
        Job running, waiting, done;
        await using (var gateway = Start())
        {
            (running, done) = (await SubmitAsync(gateway), await SubmitAsync(gateway));
            await Eventually.TrueAsync(() => _instances.All(instance => instance.Running.Count == 1), Cancelled);
            waiting = await SubmitAsync(gateway);
        }

        await (await WithJobAsync(done)).FinishAsync(done.Id);
        await using var next = Start();
        Assert.Equal(JobState.Completed, (await next.Desk.WaitForEndAsync(done.Id, Cancelled)).State);
        await (await WithJobAsync(waiting)).FinishAsync(waiting.Id);
        await (await WithJobAsync(running)).FinishAsync(running.Id);
        foreach (var job in (Job[])[running, waiting]) Assert.Equal(JobState.Completed, (await next.Desk.WaitForEndAsync(job.Id, Cancelled)).State);
        Assert.Equal(3, _instances.Sum(instance => instance.Prompts.Count));
    }

    [Fact]
    public async Task A_gateway_that_stops_takes_no_more_jobs_and_lets_those_that_run_come_to_their_end()
    {
        await using var gateway = Start(("DrainLimit", "00:01:00"));
        var job = await SubmitAsync(gateway);
        var instance = await WithJobAsync(job);
        var stopping = gateway.Services.GetRequiredService<GatewayDrain>().StoppingAsync(Cancelled);
        var (refused, error) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI(), Cancelled);

        Assert.Null(refused);
        Assert.Equal((503, "stopping"), (error!.Status, error.Code));
        Assert.NotNull(error.RetryAfter);
        using var http = gateway.Connect();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/health", Cancelled)).StatusCode);
        Assert.False(stopping.IsCompleted);
        await instance.FinishAsync(job.Id);
        await stopping;
        Assert.Equal(JobState.Completed, (await gateway.Desk.FindAsync(job.Id, Cancelled))!.State);
    }

    [Fact]
    public async Task An_instance_that_is_stopped_with_the_gateway_does_not_count_against_its_job()
    {
        // As often as it takes to fail a job, had it been the job's doing.
        Job job;
        await using (var gateway = Start(("DrainLimit", "00:01:00"))) job = await SubmitAndStopWithInstanceAsync(gateway, null);
        await using (var gateway = Start(("DrainLimit", "00:01:00"))) await SubmitAndStopWithInstanceAsync(gateway, job);

        await using var next = Start();
        await (await WithJobAsync(job)).FinishAsync(job.Id);
        var ended = await next.Desk.WaitForEndAsync(job.Id, Cancelled);
        Assert.Equal(JobState.Completed, ended.State);
        Assert.DoesNotContain(ended.Attempts, attempt => attempt.IsDeath);
        Assert.Contains("gone", ended.Attempts[0].Reason);
    }

    private async Task<Job> SubmitAndStopWithInstanceAsync(TestGateway gateway, Job? job)
    {
        job ??= await SubmitAsync(gateway);
        var instance = await WithJobAsync(job);
        var stopping = gateway.Services.GetRequiredService<GatewayDrain>().StoppingAsync(Cancelled);
        await instance.DisposeAsync();
        await stopping;
        await instance.StartAgainAsync(Cancelled);
        return job;
    }

    private static async Task<Job> SubmitAsync(TestGateway gateway)
    {
        var (job, error) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI(), Cancelled);
        Assert.Null(error);
        return job!;
    }

    private async Task<FakeComfyUI> WithJobAsync(Job job) => await Eventually.NotNullAsync(
        () => Task.FromResult(_instances.FirstOrDefault(instance => instance.Running.ContainsKey(job.Id))), Cancelled);

    private TestGateway Start(params (string Name, string Value)[] settings)
    {
        var all = Settings(settings);
        all["FLUX_URL"] = string.Join(',', _instances.Select(instance => instance.Address.ToString().TrimEnd('/')));
        return TestGateway.Start(settings: all);
    }

    private Dictionary<string, string?> Settings(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["GenAI:Gateway:Jobs:Folder"] = _folder.Path,
            ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.3",
            ["GenAI:Gateway:Dispatch:ReviewInterval"] = "00:00:00.2",
        };
        foreach (var (name, value) in settings) all[$"GenAI:Gateway:Dispatch:{name}"] = value;
        return all;
    }
}
