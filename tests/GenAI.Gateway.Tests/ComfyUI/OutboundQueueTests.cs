using GenAI.Gateway.ComfyUI.Sockets;

namespace GenAI.Gateway.Tests.ComfyUI;

public sealed class OutboundQueueTests : IDisposable
{
    private readonly OutboundQueue _queue = new(maxMessages: 4, maxBytes: 100);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task Previews_give_way_first_then_progress_and_the_ends_never()
    {
        Assert.True(_queue.Offer(Message(MessageKind.Preview, 50, "a")));
        Assert.True(_queue.Offer(Message(MessageKind.Progress, 40)));
        Assert.True(_queue.Offer(Message(MessageKind.Essential, 30)));
        Assert.True(_queue.Offer(Message(MessageKind.Essential, 60)));
        Assert.False(_queue.Offer(Message(MessageKind.Essential, 60)));

        Assert.Equal(30, (await _queue.TakeAsync(Cancelled)).Payload.Length);
        Assert.Equal(60, (await _queue.TakeAsync(Cancelled)).Payload.Length);
    }

    [Fact]
    public async Task Of_each_job_one_preview_waits_and_of_the_queue_one_state()
    {
        foreach (var (kind, size, job) in new[] { (MessageKind.Preview, 1, "a"), (MessageKind.Preview, 2, "b"), (MessageKind.Status, 3, ""), (MessageKind.Preview, 4, "a"), (MessageKind.Status, 5, "") })
            Assert.True(_queue.Offer(Message(kind, size, job)));

        var left = new List<int>();
        for (var i = 0; i < 3; i++) left.Add((await _queue.TakeAsync(Cancelled)).Payload.Length);
        Assert.Equal([2, 4, 5], left);
    }

    [Fact]
    public void A_preview_that_does_not_fit_is_dropped_and_nobody_is_given_up_for_it()
    {
        for (var i = 0; i < 4; i++) Assert.True(_queue.Offer(Message(MessageKind.Essential, 1)));

        Assert.True(_queue.Offer(Message(MessageKind.Preview, 1, "a")));
        Assert.True(_queue.Offer(Message(MessageKind.Progress, 1)));
        Assert.False(_queue.Offer(Message(MessageKind.Essential, 1)));
    }

    private static OutboundMessage Message(MessageKind kind, int size, string job = "") => new(new byte[size], kind, job);
}
