using FsCheck;
using FsCheck.Fluent;
using GenAI.Scheduling.PassThrough;

namespace GenAI.Scheduling.Tests.PassThrough;

public sealed class PassThroughTests
{
    [Fact]
    public void The_load_score_weighs_forty_thirty_twenty_ten()
    {
        Assert.Equal(0, LoadScore.Of(new LoadSample(0, 0, 0, 0)));
        Assert.Equal(0.35, LoadScore.Of(new LoadSample(0.5, 10, 0, 0), referenceSeconds: 10), 12);
        Assert.Equal(0.4 + 0.15 + 0.2 + 0.05, LoadScore.Of(new LoadSample(1, 30, 1, 4)), 12);
    }

    [Fact]
    public void The_load_score_stays_within_its_range_and_rises_with_each_input() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<(double, double, double, int)>(),
        sample =>
        {
            var (utilisation, seconds, errors, inFlight) = sample;
            var score = LoadScore.Of(new LoadSample(utilisation, seconds, errors, inFlight));
            var more = LoadScore.Of(new LoadSample(utilisation, seconds, errors, inFlight == int.MaxValue ? inFlight : inFlight + 1));
            return score >= 0 && score <= 1 + 1e-12 && more >= score;
        }));

    [Fact]
    public void Round_robin_takes_each_in_turn()
    {
        var policy = BalancingPolicies.Default(new Random(1)).Named("roundrobin");
        Destination[] three = [new("a", 0), new("b", 0), new("c", 0)];

        Assert.Equal([0, 1, 2, 0], Enumerable.Range(0, 4).Select(_ => policy.Choose(three)));
        Assert.Equal(-1, policy.Choose([]));
    }

    [Fact]
    public void Least_requests_breaks_ties_by_load_score_and_then_takes_the_first()
    {
        var policy = new LeastRequestsPolicy();

        Assert.Equal(1, policy.Choose([new("a", 2), new("b", 1, 0.2), new("c", 1, 0.3)]));
        Assert.Equal(0, policy.Choose([new("a", 1, 0.2), new("b", 1, 0.2)]));
        Assert.Equal(-1, policy.Choose([]));
    }

    [Fact]
    public void Power_of_two_never_takes_the_heaviest_of_three_and_spreads_over_the_others()
    {
        var policy = new PowerOfTwoChoicesPolicy(new Random(1));
        Destination[] three = [new("a", 1), new("b", 9), new("c", 1)];

        var chosen = Enumerable.Range(0, 300).Select(_ => policy.Choose(three)).ToArray();

        Assert.DoesNotContain(1, chosen);
        Assert.InRange(chosen.Count(index => index == 0), 90, 210);
    }

    [Fact]
    public void A_policy_that_does_not_exist_or_exists_twice_is_an_error_with_its_name()
    {
        var unknown = Assert.Throws<ArgumentException>(() => BalancingPolicies.Default(new Random(1)).Named("Fastest"));
        Assert.Contains("'Fastest'; expected one of LeastRequests, PowerOfTwoChoices, RoundRobin", unknown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new BalancingPolicies([new RoundRobinPolicy(), new RoundRobinPolicy()]));
    }

    [Fact]
    public void A_sticky_key_moves_only_when_its_destination_goes()
    {
        Destination[] four = [new("a", 0), new("b", 0), new("c", 0), new("d", 0)];
        Destination[] three = [four[2], four[0], four[1]];
        var counts = new int[4];

        for (var i = 0; i < 4000; i++)
        {
            var before = four[StickySessions.Choose($"session-{i}", four)].Id;
            counts[before[0] - 'a']++;
            if (before != "d") Assert.Equal(before, three[StickySessions.Choose($"session-{i}", three)].Id);
        }

        Assert.All(counts, count => Assert.InRange(count, 850, 1150));
        Assert.Equal(-1, StickySessions.Choose("x", []));
    }
}
