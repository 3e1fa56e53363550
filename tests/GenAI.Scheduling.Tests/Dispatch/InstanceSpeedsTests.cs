using FsCheck;
using FsCheck.Fluent;
using GenAI.Scheduling.Dispatch;
using GenAI.Scheduling.Dispatch.Learning;

namespace GenAI.Scheduling.Tests.Dispatch;

public sealed class InstanceSpeedsTests
{
    /// <summary>Of the logarithm of a time whose coefficient of variation is 1.5.</summary>
    private static readonly double Wild = Math.Sqrt(Math.Log(1 + 1.5 * 1.5));

    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(60);

    [Theory]
    [InlineData(0.1, 30, 0.15)]
    [InlineData(0.3, 80, 0.25)]
    [InlineData(1.086, 400, 0.4)]
    public void A_slower_instance_is_found_out_the_sooner_the_better_times_are_told(double spread, int jobsEach, double within) =>
        Check.One(Often, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var speeds = Learn(new Random(seed), spread, jobsEach, 1, 1, 1, 0.5);

            var found = speeds.Of("gpu3") / speeds.Usual;
            return Math.Abs(found / 0.5 - 1) < within && speeds.Of("gpu0") == speeds.Of("gpu1") && speeds.Of("gpu1") == speeds.Of("gpu2");
        }));

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.086)]
    public void Equal_instances_are_at_1(double spread)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var speeds = Learn(new Random(seed), spread, 250, 1, 1, 1, 1, 1, 1, 1, 1);
            Assert.All(Enumerable.Range(0, 8), x => Assert.Equal(1, speeds.Of($"gpu{x}")));
        }
    }

    [Fact]
    public void The_logarithms_of_the_speeds_are_0_on_average_and_what_remains_stays_as_fast_when_one_goes()
    {
        var speeds = Learn(new Random(1), 0.1, 200, 1, 1, 1, 0.5);
        var names = Enumerable.Range(0, 4).Select(x => $"gpu{x}").ToArray();
        Assert.Equal(0, names.Average(name => Math.Log(speeds.Of(name))), 9);
        Assert.InRange(speeds.Of("gpu0"), 1.15, 1.23);

        var before = speeds.Of("gpu0");
        speeds.Forget("gpu3");

        Assert.Equal(before, speeds.Of("gpu0"), 9);
        Assert.Equal(before, speeds.Of("gpu3"), 9);
        speeds.Observe("gpu3", 1, 1);
        Assert.Equal(before, speeds.Of("gpu0"), 9);
    }

    [Fact]
    public void Jobs_that_are_longer_everywhere_make_no_instance_slower()
    {
        var random = new Random(1);
        var speeds = Learn(random, Wild, 300, 1, 1, 1, 1);

        for (var i = 0; i < 2000; i++)
        {
            // The first one does most of them.
            speeds.Observe($"gpu{(random.Next(2) == 0 ? 0 : random.Next(4))}", 3 * Seconds(random, Wild), 1);
            Assert.All(Enumerable.Range(0, 4), x => Assert.Equal(1, speeds.Of($"gpu{x}")));
        }
    }

    [Fact]
    public void A_GPU_that_becomes_slower_is_found_out_and_so_is_its_recovery()
    {
        var random = new Random(1);
        var speeds = Learn(random, 0.2, 500, 1, 1, 1);

        Go(speeds, random, 0.2, 150, 1, 1, 0.4);
        Assert.InRange(speeds.Of("gpu2") / speeds.Usual, 0.35, 0.5);

        Go(speeds, random, 0.2, 250, 1, 1, 1);
        Assert.InRange(speeds.Of("gpu2") / speeds.Usual, 0.9, 1.1);
    }

    [Fact]
    public void One_stuck_job_teaches_little()
    {
        var speeds = Learn(new Random(1), 0.1, 50, 1, 1, 1);

        speeds.Observe("gpu0", 1000, 1);

        Assert.Equal((1.0, 1.0), (speeds.Of("gpu0"), speeds.Of("gpu1")));
    }

    [Fact]
    public void Whatever_is_measured_speeds_are_bounded_and_names_do_not_matter() =>
        Check.One(Often, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var (one, other) = (new InstanceSpeeds(), new InstanceSpeeds());
            foreach (var drawn in bytes ?? [])
            {
                var seconds = Math.Pow(10, drawn % 16 - 8);
                one.Observe($"gpu{drawn / 64}", seconds, 1);
                other.Observe($"{3 - drawn / 64} renamed", seconds, 1);
                if (drawn == 255) one.Forget("gpu1");
                if (drawn == 255) other.Forget("2 renamed");
            }

            return Enumerable.Range(0, 4).All(x =>
                one.Of($"gpu{x}") == other.Of($"{3 - x} renamed")
                && one.Of($"gpu{x}") / one.Usual is >= 1 / InstanceSpeeds.Widest - 1e-9 and <= InstanceSpeeds.Widest + 1e-9);
        }));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void What_is_no_time_teaches_nothing(double seconds, double estimated)
    {
        var speeds = new InstanceSpeeds();
        for (var i = 0; i < 100; i++) speeds.Observe("x", seconds, estimated);

        Assert.Equal(1, speeds.Of("x"));
    }

    [Fact]
    public void Of_very_many_instances_those_are_forgotten_that_were_seen_the_longest_ago()
    {
        var random = new Random(1);
        var speeds = Learn(random, 0.1, 100, 1, 0.5, 1);
        Assert.True(speeds.Of("gpu1") < speeds.Usual);

        for (var i = 0; i < 1000; i++) speeds.Observe($"other{i}", Seconds(random, 0.1), 1);

        Assert.Equal(speeds.Usual, speeds.Of("gpu1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_queue_learns_times_and_speeds_together_so_that_both_are_right_of_each_instance(bool told)
    {
        var random = new Random(1);
        var queue = Make.Queue();
        double[] truth = [1, 1, 0.5];
        for (var i = 0; i < 6000; i++)
        {
            var x = random.Next(3);
            var job = Make.Job($"{i}", "a") with { Steps = told ? random.Next(10, 100) : 20 };
            var seconds = (told ? 0.1 * job.Steps * Seconds(random, 0.1) : Seconds(random, Wild)) / truth[x];
            queue.Finish(job, Make.Free($"gpu{x}"), seconds, seconds, Make.At(i));
        }

        Assert.Equal(told, queue.Services.Usable);
        var mean = told ? 5.45 : Math.Exp(Wild * Wild / 2);
        for (var x = 0; x < 3; x++) Assert.InRange(queue.Services.Mean / queue.Speeds.Of($"gpu{x}") * truth[x] / mean, 0.88, 1.12);
        if (told) Assert.InRange(queue.Services.Expect(Make.Job("new", "a") with { Steps = 50 }) / queue.Speeds.Of("gpu2"), 9.5, 10.5);
    }

    [Fact]
    public void Without_learning_the_owner_says_how_fast_an_instance_is()
    {
        var queue = Make.Queue(new DispatchOptions { LearnSpeeds = false });

        for (var i = 0; i < 300; i++) queue.Finish(Make.Job($"{i}", "a"), Make.Free($"gpu{i % 2}") with { Speed = 1 + i % 2 }, 10.0 / (1 + i % 2), 10, Make.At(i));

        Assert.Equal(1, queue.Speeds.Of("gpu1"));
        Assert.InRange(queue.Services.Expect(Make.Job("new", "a")), 9.9, 10.1);
    }

    private static InstanceSpeeds Learn(Random random, double spread, int jobsEach, params double[] truth)
    {
        var speeds = new InstanceSpeeds();
        Go(speeds, random, spread, jobsEach, truth);
        return speeds;
    }

    private static void Go(InstanceSpeeds speeds, Random random, double spread, int jobsEach, params double[] truth)
    {
        for (var i = 0; i < jobsEach * truth.Length; i++) speeds.Observe($"gpu{i % truth.Length}", Seconds(random, spread) / truth[i % truth.Length], 1);
    }

    /// <summary>Lognormal, median 1; Box and Muller.</summary>
    private static double Seconds(Random random, double spread) =>
        Math.Exp(spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
