using System.Text.Json.Nodes;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.Gateway.Tests.Dispatch;

public class DispatchTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_runs_under_its_own_id_and_its_image_outlives_the_instance()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Cancelled);
        await using var gateway = Start(comfy);

        var (job, error) = await gateway.Desk.SubmitAsync(Submissions.ComfyUI(seed: 7), Cancelled);
        Assert.Null(error);
        var ended = await gateway.Desk.WaitForEndAsync(job!.Id, Cancelled);
        await comfy.DisposeAsync();

        Assert.Equal((JobState.Completed, null), (ended.State, ended.Failure));
        Assert.Equal(job.Id, comfy.Prompts.Single()["prompt_id"]!.ToString());
        var output = Assert.Single(ended.Outputs);
        await using var content = gateway.Services.GetRequiredService<ContentStore>().OpenRead(output.Hash)!;
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, Cancelled);
        Assert.Equal(TestPng.Of(7), bytes.ToArray());
        var result = JsonNode.Parse((await gateway.Desk.ResultOfAsync(job.Id, Cancelled))!.Value.Span)!;
        Assert.Equal(output.Filename, result["outputs"]!["image"]!["images"]![0]!["filename"]!.ToString());
    }

    [Fact]
    public async Task Three_instances_share_the_queue_one_job_each()
    {
        var instances = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => FakeComfyUI.StartAsync(Cancelled)));
        foreach (var instance in instances) instance.Automatic = false;
        await using var gateway = Start(instances);

        var jobs = new List<Job>();
        for (var i = 0; i < 7; i++) jobs.Add((await gateway.Desk.SubmitAsync(Submissions.ComfyUI(i), Cancelled)).Job!);
        await Eventually.TrueAsync(() => instances.All(instance => instance.Running.Count == 1), Cancelled);
        Assert.Equal(7, gateway.Desk.CountOpen());
        foreach (var instance in instances) instance.Automatic = true;
        foreach (var instance in instances) await instance.FinishAsync(instance.Running.Keys.Single());

        foreach (var job in jobs) Assert.Equal(JobState.Completed, (await gateway.Desk.WaitForEndAsync(job.Id, Cancelled)).State);
        Assert.Equal(7, instances.Sum(instance => instance.Prompts.Count));
        Assert.Equal(0, gateway.Desk.CountOpen());
        foreach (var instance in instances) await instance.DisposeAsync();
    }

    [Fact]
    public async Task An_instance_begins_its_next_job_while_the_picture_of_the_last_is_fetched()
    {
        await using var comfy = await FakeComfyUI.StartAsync(Cancelled);
        var pictures = new TaskCompletionSource();
        (comfy.Automatic, comfy.GivesPictures) = (false, pictures.Task);
        await using var gateway = Start(comfy);
        var jobs = new List<Job>();
        for (var i = 0; i < 4; i++) jobs.Add((await gateway.Desk.SubmitAsync(Submissions.ComfyUI(i), Cancelled)).Job!);

        for (var done = 0; done < 2; done++)
        {
            await Eventually.TrueAsync(() => comfy.Prompts.Count == done + 1, Cancelled);
            await comfy.FinishAsync(comfy.Running.Keys.Single());
        }

        // Two are on their way to the store: no more are begun before one has arrived.
        await Eventually.TrueAsync(() => gateway.Services.GetRequiredService<InstanceJobs>().Count("flux-1-dev-0") == 2, Cancelled);
        Assert.Equal(2, comfy.Prompts.Count);
        Assert.Equal(4, gateway.Desk.CountOpen());
        comfy.Automatic = true;
        pictures.SetResult();
        foreach (var job in jobs) Assert.Equal(JobState.Completed, (await gateway.Desk.WaitForEndAsync(job.Id, Cancelled)).State);
    }

    private static TestGateway Start(params FakeComfyUI[] instances) => TestGateway.Start(settings: new()
    {
        ["FLUX_URL"] = string.Join(',', instances.Select(instance => instance.Address.ToString().TrimEnd('/'))),
        ["GenAI:Gateway:Dispatch:AskInterval"] = "00:00:00.5",
    });
}
