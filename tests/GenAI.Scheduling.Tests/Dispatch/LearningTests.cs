using GenAI.Scheduling.Dispatch;
using GenAI.Scheduling.Dispatch.Estimation;
using GenAI.Scheduling.Dispatch.Learning;

namespace GenAI.Scheduling.Tests.Dispatch;

public sealed class LearningTests
{
    [Theory]
    [InlineData(1, 1.0, 0.5)]
    [InlineData(2, 1.0, 0.3)]
    [InlineData(1, 0.5, 1.0 / 3)]
    [InlineData(0, 1.0, 0)]
    [InlineData(3, 0.0, 0)]
    public void Erlangs_formula_tells_what_the_last_server_carries(int servers, double offered, double expected) =>
        Assert.Equal(expected, ErlangLoss.CarriedByLast(servers, offered), 12);

    [Fact]
    public void Load_times_are_learned_per_checkpoint_and_drawn_to_the_mean_while_little_is_known()
    {
        var loads = new LoadTimes(20);
        Assert.Equal(20, loads.Expect("a", "x"));
        for (var i = 0; i < 100; i++)
        {
            loads.Observe("large", $"x{i}", 60);
            loads.Observe("small", $"y{i}", 5);
        }

        Assert.InRange(loads.Expect("large", "new"), 57, 60);
        Assert.InRange(loads.Expect("small", "new"), 5, 8);
        Assert.InRange(loads.Expect("unseen", "new"), 30, 35);
        Assert.Throws<ArgumentOutOfRangeException>(() => loads.Observe("a", "x", double.NaN));
    }

    [Fact]
    public void A_checkpoint_that_the_host_has_cached_is_known_to_load_faster_once_that_was_seen()
    {
        var loads = new LoadTimes(20);
        for (var i = 0; i < 50; i++)
        {
            loads.Observe("a", $"x{i}", 33);
            loads.Observe("b", $"x{i}", 33);
            loads.Observe("a", $"x{i}", 3);
        }

        Assert.InRange(loads.Expect("a", "x49"), 3, 6);
        Assert.InRange(loads.Expect("a", "never used"), 30, 33);
        loads.Forget("x49");
        Assert.InRange(loads.Expect("a", "x49"), 30, 33);
    }

    [Fact]
    public void The_estimator_tells_kinds_of_jobs_apart_and_how_wrong_it_is()
    {
        var random = new Random(1);
        var times = new ServiceTimes(25, 0.2);
        for (var i = 0; i < 2000; i++)
        {
            var job = Make.Job($"{i}", i % 2 == 0 ? "fast" : "slow") with { Images = 1 + i % 4 };
            times.Observe(job, (i % 2 == 0 ? 10 : 40) * job.Images * (0.9 + 0.2 * random.NextDouble()));
        }

        Assert.InRange(times.MedianError, 0.02, 0.08);
        Assert.True(times.Usable);
        Assert.InRange(times.Expect(Make.Job("f", "fast") with { Images = 1 }), 9, 11);
        Assert.InRange(times.Expect(Make.Job("s", "slow") with { Images = 2 }), 72, 88);
    }

    [Fact]
    public void The_estimator_tells_the_time_of_a_size_that_it_never_saw()
    {
        var random = new Random(1);
        var times = new ServiceTimes(25, 0.2);
        for (var i = 0; i < 500; i++)
        {
            var job = Make.Job($"{i}", "a") with { Steps = random.Next(10, 100), Pixels = random.Next(100_000, 4_000_000) };
            times.Observe(job, 1e-7 * job.Steps * job.Pixels * (0.95 + 0.1 * random.NextDouble()));
        }

        Assert.True(times.Usable);
        Assert.InRange(times.Expect(Make.Job("small", "a") with { Steps = 11, Pixels = 123_456 }), 0.115, 0.155);
        Assert.InRange(times.Expect(Make.Job("large", "a") with { Steps = 97, Pixels = 3_210_987 }), 27, 35);
    }

    [Fact]
    public void Sizes_that_say_nothing_of_the_time_are_not_believed()
    {
        var random = new Random(1);
        var times = new ServiceTimes(25, 0.2);
        for (var i = 0; i < 2000; i++)
            times.Observe(Make.Job($"{i}", "a") with { Steps = random.Next(10, 100) }, 10 * (0.9 + 0.2 * random.NextDouble()));

        Assert.InRange(times.Expect(Make.Job("few", "a") with { Steps = 10 }), 9.5, 10.5);
        Assert.InRange(times.Expect(Make.Job("many", "a") with { Steps = 99 }), 9.5, 10.5);
    }

    [Fact]
    public void An_estimator_that_errs_too_much_answers_the_mean()
    {
        var random = new Random(1);
        var times = new ServiceTimes(25, 0.2);
        for (var i = 0; i < 2000; i++) times.Observe(Make.Job($"{i}", $"c{i % 3}"), 10 * Math.Exp(2 * random.NextDouble()));

        Assert.True(times.MedianError > 0.2);
        Assert.False(times.Usable);
        Assert.Equal(times.Mean, times.Expect(Make.Job("x", "c0")));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void What_has_changed_is_learned_in_the_same_time_however_long_it_was_otherwise(int before)
    {
        var (times, loads) = (new ServiceTimes(25, 0.2), new LoadTimes(20));
        var job = Make.Job("j", "a");
        for (var i = 0; i < before; i++)
        {
            times.Observe(job, 40);
            loads.Observe("a", "x", 30);
        }

        for (var i = 0; i < 4000; i++) times.Observe(job, 10);
        for (var i = 0; i < 400; i++) loads.Observe("a", "x", 3);

        Assert.InRange(times.Mean, 10, 11);
        Assert.InRange(times.Expect(job), 9.5, 11);
        Assert.InRange(loads.Expect("a", "x"), 3, 4.5);
    }

    [Fact]
    public void Every_mistake_in_the_options_is_reported_at_once()
    {
        var options = new DispatchOptions
        {
            PassingOverLimit = TimeSpan.Zero, ShareSlack = 2, LoadPrice = double.NaN, Filters = ["model", "colour"],
            Weights = new DispatchOptions().Weights.SetItem("beauty", 1).SetItem("wait", -1),
        };

        var errors = DispatchOptionsValidator.Validate(options);

        Assert.Equal(6, errors.Count);
        Assert.Contains(errors, error => error.Contains("ShareSlack is 2; expected 0 to 1", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("'colour'; expected some of avoid, memory, model, track", StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => new DispatchPolicy(options));
        Assert.Empty(DispatchOptionsValidator.Validate(new DispatchOptions()));
    }
}
