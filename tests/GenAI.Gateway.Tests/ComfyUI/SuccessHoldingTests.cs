using GenAI.Gateway.ComfyUI;
using GenAI.Gateway.ComfyUI.Sockets;
using GenAI.Testing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Tests.ComfyUI;

public sealed class SuccessHoldingTests : IDisposable
{
    private static readonly SocketKey Anna = new("anna", "flux-1-dev", "script");
    private static readonly OutboundMessage First = new(new byte[1], MessageKind.Essential);
    private static readonly OutboundMessage Second = new(new byte[2], MessageKind.Essential);

    private readonly ManualTimeProvider _clock = new();
    private readonly SuccessHolding _holding;

    public SuccessHoldingTests()
    {
        var options = Options.Create(new ComfyUIOptions());
        _holding = new SuccessHolding(new SocketSessions(options, new SteadyClock(_clock)), options, _clock);
    }

    public void Dispose() => _holding.Dispose();

    [Fact]
    public void A_success_waits_for_the_clients_other_jobs_and_no_one_elses()
    {
        _holding.Begin(Anna, "1");
        _holding.Begin(Anna, "2");
        _holding.Begin(Anna with { ClientId = "other" }, "3");

        Assert.Empty(_holding.End(Anna, "1", First));
        Assert.Equal([First, Second], _holding.End(Anna, "2", Second));
    }

    [Fact]
    public void A_job_that_fails_or_waits_again_lets_the_others_go_on()
    {
        _holding.Begin(Anna, "1");
        _holding.Begin(Anna, "2");
        Assert.Empty(_holding.End(Anna, "1", First));

        Assert.Equal([First], _holding.End(Anna, "2", null));
    }

    [Fact]
    public void Nothing_waits_for_longer_than_the_patience()
    {
        _holding.Begin(Anna, "1");
        _holding.Begin(Anna, "2");
        Assert.Empty(_holding.End(Anna, "1", First));

        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal([Second], _holding.End(Anna, "2", Second));
    }
}
