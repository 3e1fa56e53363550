using FsCheck;
using FsCheck.Fluent;
using GenAI.Gateway.Routing.Retries;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing;

public sealed class RetryBudgetTests
{
    private static readonly RetryOptions Options = new() { Share = 0.2, Floor = 3, Window = TimeSpan.FromSeconds(10) };

    [Fact]
    public void Few_requests_have_the_floor_and_many_their_share_beside_it()
    {
        var budget = new RetryBudget(Options, new ManualTimeProvider());

        Assert.Equal(3, Granted(budget, 10));
        for (var i = 0; i < 100; i++) budget.CountRequest();
        Assert.Equal(20, Granted(budget, 50));
    }

    [Fact]
    public void What_was_taken_comes_back_when_the_window_has_passed()
    {
        var clock = new ManualTimeProvider();
        var budget = new RetryBudget(Options, clock);
        Assert.Equal(3, Granted(budget, 10));

        clock.Advance(TimeSpan.FromSeconds(8.9));
        Assert.Equal(0, Granted(budget, 10));
        clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(3, Granted(budget, 10));
    }

    [Fact]
    public void Without_share_and_floor_nothing_is_retried()
    {
        var budget = new RetryBudget(new RetryOptions { Share = 0, Floor = 0 }, new ManualTimeProvider());
        for (var i = 0; i < 100; i++) budget.CountRequest();

        Assert.False(budget.TryTake());
    }

    /// <summary>Each byte is a request, a wish to retry or a pause; what counts is known to a tenth of the window, so the bounds are taken on both sides of it.</summary>
    [Fact]
    public void Retries_stay_within_the_budget_and_are_refused_only_where_it_is_spent() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(400), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var clock = new ManualTimeProvider();
            var budget = new RetryBudget(Options, clock);
            List<double> requests = [], retries = [];
            var now = 0.0;
            foreach (var step in bytes ?? [])
            {
                if (step < 150)
                {
                    budget.CountRequest();
                    requests.Add(now);
                }
                else if (step < 240)
                {
                    var granted = budget.TryTake();
                    if (granted) retries.Add(now);
                    if (granted && Since(retries, now - 9) > Options.Floor + Options.Share * Since(requests, now - 10)) return false;
                    if (!granted && Since(retries, now - 10) + 1 <= Options.Floor + Options.Share * Since(requests, now - 9)) return false;
                }
                else
                {
                    var pause = (step - 239) * 0.3;
                    clock.Advance(TimeSpan.FromSeconds(pause));
                    now += pause;
                }
            }

            return true;
        }));

    private static int Since(List<double> times, double start) => times.Count(time => time >= start);

    private static int Granted(RetryBudget budget, int wishes) => Enumerable.Range(0, wishes).Count(_ => budget.TryTake());
}
