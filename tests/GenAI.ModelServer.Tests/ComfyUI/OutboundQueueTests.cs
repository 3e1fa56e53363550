using GenAI.ModelServer.ComfyUI.Sockets;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class OutboundQueueTests
{
    [Fact]
    public async Task Only_the_newest_preview_waits()
    {
        using var queue = new OutboundQueue(10, 1000);
        queue.Offer(Preview(1));
        queue.Offer(Message(2));
        queue.Offer(Preview(3));

        Assert.Equal([2, 3], await TakeAllAsync(queue, 2));
    }

    [Fact]
    public async Task A_preview_gives_way_to_a_message_that_would_not_fit()
    {
        using var queue = new OutboundQueue(2, 1000);
        queue.Offer(Preview(1));
        queue.Offer(Message(2));

        Assert.True(queue.Offer(Message(3)));

        Assert.Equal([2, 3], await TakeAllAsync(queue, 2));
    }

    [Fact]
    public void A_message_beyond_the_bounds_means_giving_up()
    {
        using var byCount = new OutboundQueue(2, 1000);
        using var byBytes = new OutboundQueue(10, 100);

        Assert.True(byCount.Offer(Message(1)) && byCount.Offer(Message(2)));
        Assert.False(byCount.Offer(Message(3)));
        Assert.True(byBytes.Offer(Message(1, 60)));
        Assert.False(byBytes.Offer(Message(2, 60)));
    }

    [Fact]
    public async Task A_preview_beyond_the_bounds_is_dropped_quietly()
    {
        using var queue = new OutboundQueue(10, 100);
        queue.Offer(Message(1, 60));

        Assert.True(queue.Offer(Preview(2, 60)));
        Assert.True(queue.Offer(Message(3, 40)));

        Assert.Equal([1, 3], await TakeAllAsync(queue, 2));
    }

    [Fact]
    public async Task One_message_may_be_larger_than_the_bound()
    {
        using var queue = new OutboundQueue(10, 100);

        Assert.True(queue.Offer(Message(1, 500)));

        Assert.Equal([1], await TakeAllAsync(queue, 1));
    }

    private static OutboundMessage Message(byte first, int length = 1) => new(Payload(first, length), IsPreview: false);

    private static OutboundMessage Preview(byte first, int length = 1) => new(Payload(first, length), IsPreview: true);

    private static byte[] Payload(byte first, int length)
    {
        var payload = new byte[length];
        payload[0] = first;
        return payload;
    }

    private static async Task<List<int>> TakeAllAsync(OutboundQueue queue, int count)
    {
        var taken = new List<int>();
        while (taken.Count < count) taken.Add((await queue.TakeAsync(TestContext.Current.CancellationToken)).Payload.Span[0]);
        return taken;
    }
}
