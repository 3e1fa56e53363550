using GenAI.Gateway.Routing.Ejection;
using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Tests.Routing;

public sealed class EjectionPlannerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EjectionOptions Options = new();

    [Fact]
    public void The_fifth_error_in_a_row_ejects()
    {
        var record = default(EjectionRecord);
        for (var i = 1; i < 5; i++)
        {
            (record, var early) = Decide(record, RequestOutcome.GatewayError, Start);
            Assert.Null(early);
        }

        Assert.Equal(Options.BaseDuration, Decide(record, RequestOutcome.GatewayError, Start).EjectFor);
    }

    [Fact]
    public void An_answer_in_between_begins_the_count_anew_and_a_client_that_left_does_not_count()
    {
        var record = default(EjectionRecord);
        for (var i = 0; i < 4; i++) record = Decide(record, RequestOutcome.GatewayError, Start).Record;

        Assert.Equal(4, Decide(record, RequestOutcome.Nothing, Start).Record.ErrorsInARow);
        Assert.Equal(0, Decide(record, RequestOutcome.Answered, Start).Record.ErrorsInARow);
    }

    [Fact]
    public void Each_ejection_in_succession_is_longer_up_to_the_longest()
    {
        var record = default(EjectionRecord);
        var now = Start;
        var durations = new List<double>();
        for (var i = 0; i < 2000; i++)
        {
            (record, var duration) = FiveErrors(record, now);
            durations.Add(duration!.Value.TotalSeconds);
            now = record.ReadmittedAt;
        }

        Assert.Equal([10, 20, 40, 80, 160, 300, 300], durations.Take(7));
        Assert.Equal(Options.MaxDuration.TotalSeconds, durations[^1]);
    }

    [Fact]
    public void A_long_time_without_an_ejection_clears_the_record()
    {
        var (record, _) = FiveErrors(default, Start);
        (record, _) = FiveErrors(record, record.ReadmittedAt);
        Assert.Equal(2, record.Ejections);

        var (_, duration) = FiveErrors(record, record.ReadmittedAt + Options.MaxDuration);

        Assert.Equal(Options.BaseDuration, duration);
    }

    [Fact]
    public void Errors_of_requests_that_were_under_way_do_not_lengthen_the_ejection()
    {
        var (record, _) = FiveErrors(default, Start);

        var (after, duration) = FiveErrors(record, Start + TimeSpan.FromSeconds(1));

        Assert.Null(duration);
        Assert.Equal(record.ReadmittedAt, after.ReadmittedAt);
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 0, true)]
    [InlineData(2, 1, false)]
    [InlineData(3, 0, true)]
    [InlineData(3, 1, false)]
    [InlineData(4, 1, true)]
    [InlineData(4, 2, false)]
    public void At_most_half_of_the_instances_are_out(int instances, int ejected, bool ejects)
    {
        var record = new EjectionRecord(4, 0, default);

        var (_, duration) = EjectionPlanner.Decide(record, RequestOutcome.GatewayError, ejected, instances, Start, Options);

        Assert.Equal(ejects, duration is not null);
    }

    [Theory]
    [InlineData(null, 200, "Answered")]
    [InlineData(null, 500, "Answered")]
    [InlineData(null, 503, "GatewayError")]
    [InlineData(ForwarderError.Request, 502, "GatewayError")]
    [InlineData(ForwarderError.RequestTimedOut, 504, "GatewayError")]
    [InlineData(ForwarderError.ResponseBodyDestination, 200, "GatewayError")]
    [InlineData(ForwarderError.RequestCanceled, 502, "Nothing")]
    [InlineData(ForwarderError.RequestBodyClient, 400, "Nothing")]
    [InlineData(ForwarderError.ResponseBodyClient, 200, "Nothing")]
    [InlineData(ForwarderError.UpgradeRequestClient, 101, "Nothing")]
    [InlineData(ForwarderError.NoAvailableDestinations, 503, "Nothing")]
    public void Only_what_the_instance_did_counts(ForwarderError? error, int status, string expected) =>
        Assert.Equal(expected, RequestOutcomes.Of(error, status).ToString());

    private static EjectionDecision FiveErrors(EjectionRecord record, DateTimeOffset now)
    {
        for (var i = 0; i < 4; i++) record = Decide(record, RequestOutcome.GatewayError, now).Record;
        return Decide(record, RequestOutcome.GatewayError, now);
    }

    private static EjectionDecision Decide(EjectionRecord record, RequestOutcome outcome, DateTimeOffset now) =>
        EjectionPlanner.Decide(record, outcome, ejected: 0, instances: 3, now, Options);
}
