using GenAI.Gateway.ComfyUI;
using GenAI.Gateway.ComfyUI.Sockets;
using GenAI.Testing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Tests.ComfyUI;

public class SocketSessionsTests
{
    private static readonly SocketKey Anna = new("anna", "flux-1-dev", "browser");

    private readonly ManualTimeProvider _clock = new();
    private readonly ComfyUIOptions _options = new() { Sockets = { MaxAbsentSessions = 3, MissedEnds = 2, MaxConnections = 3, MaxConnectionsPerKey = 2 } };
    private readonly SocketSessions _sessions;

    public SocketSessionsTests() => _sessions = new SocketSessions(Options.Create(_options), new SteadyClock(_clock));

    [Fact]
    public void A_client_that_nobody_knows_is_owed_nothing_that_is_known()
    {
        using var socket = Socket();

        Assert.False(_sessions.Enter(Anna, socket).IsKnown);
        Assert.Same(socket, _sessions.Find(Anna));
    }

    [Fact]
    public void Ends_while_nobody_listens_are_owed_the_last_ones_for_a_while()
    {
        foreach (var job in (string[])["1", "2", "3"]) Assert.Null(_sessions.End(Anna, job));
        using (var socket = Socket()) Assert.Equal(["2", "3"], _sessions.Enter(Anna, socket).Owed);

        var ben = Anna with { Owner = "ben" };
        _sessions.End(ben, "4");
        _clock.Advance(_options.Sockets.ResumeTime + TimeSpan.FromSeconds(1));
        using var late = Socket();
        Assert.False(_sessions.Enter(ben, late).IsKnown);
    }

    [Fact]
    public void A_client_is_not_known_before_it_connects_though_a_job_of_its_has_ended()
    {
        _sessions.End(Anna, "since the start");
        using var socket = Socket();

        var missed = _sessions.Enter(Anna, socket);
        Assert.Equal(["since the start"], missed.Owed);
        Assert.False(missed.IsKnown);
        _sessions.Leave(Anna, socket);
        Assert.True(_sessions.Enter(Anna, socket).IsKnown);
    }

    [Fact]
    public void What_was_sent_shortly_before_a_connection_broke_off_is_owed_again()
    {
        using var socket = Socket();
        _sessions.Enter(Anna, socket);
        _sessions.End(Anna, "long ago");
        _clock.Advance(SocketSessions.Doubt + TimeSpan.FromSeconds(1));
        Assert.Same(socket, _sessions.End(Anna, "just now"));
        _sessions.Leave(Anna, socket);
        _clock.Advance(TimeSpan.FromMinutes(2));
        _sessions.End(Anna, "meanwhile");

        using var next = Socket();
        Assert.Equal(["just now", "meanwhile"], _sessions.Enter(Anna, next).Owed);
    }

    [Fact]
    public void The_older_of_two_connections_leaves_without_taking_the_newer_with_it()
    {
        using var older = Socket();
        using var newer = Socket();
        _sessions.Enter(Anna, older);
        _sessions.Enter(Anna, newer);

        _sessions.Leave(Anna, older);

        Assert.Same(newer, _sessions.Find(Anna));
        Assert.Same(newer, _sessions.End(Anna, "1"));
    }

    [Fact]
    public void Of_too_many_absent_clients_those_that_left_first_are_forgotten()
    {
        for (var i = 0; i < 5; i++) _sessions.End(Anna with { ClientId = $"{i}" }, "job");

        using var socket = Socket();
        Assert.Empty(_sessions.Enter(Anna with { ClientId = "1" }, socket).Owed);
        Assert.Equal(["job"], _sessions.Enter(Anna with { ClientId = "2" }, socket).Owed);
    }

    [Fact]
    public void Connections_are_bounded_for_each_key_and_in_all()
    {
        Assert.Null(_sessions.TryClaim("anna"));
        Assert.Null(_sessions.TryClaim("anna"));
        Assert.Contains("of one key", _sessions.TryClaim("anna"), StringComparison.Ordinal);
        Assert.Null(_sessions.TryClaim("ben"));
        Assert.Contains("at most 3 clients", _sessions.TryClaim("ben"), StringComparison.Ordinal);
        _sessions.Release("anna");
        Assert.Null(_sessions.TryClaim("ben"));
    }

    private ClientSocket Socket() => new(_options.Sockets, 1000, _clock);
}
