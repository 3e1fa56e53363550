using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Tests.Jobs;

public class OutlookPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1.0, 0.0, 10.0, 30.0, 40.0)]
    [InlineData(0.5, 0.0, 10.0, 30.0, 60.0)]
    public void The_worked_example_of_the_documentation_holds(double speed, params double[] expected)
    {
        var pace = new ModelPace(30, [new("a", Now, 1), new("b", Now.AddSeconds(10), speed)]);

        for (var position = 1; position <= 4; position++)
            Assert.Equal(expected[position - 1], (OutlookPlanner.Start(pace, position, Now)!.Value - Now).TotalSeconds, 0.02);
    }

    [Fact]
    public void A_job_takes_as_long_as_it_does_where_most_of_them_are_done() =>
        // Of three jobs the fast one does two, in 30 s each, and the slow one the third, in 60 s.
        Assert.Equal(40, new ModelPace(30, [new("fast", Now, 1), new("slow", Now, 0.5)]).JobSeconds, 9);

    [Fact]
    public void Without_instances_nothing_can_be_told() => Assert.Null(OutlookPlanner.Start(new ModelPace(30, []), 1, Now));
}
