using GenAI.Scheduling.Scaling;

namespace GenAI.Scheduling.Tests.Scaling;

public sealed class StaffingTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.3, 2)] // one: 0.3 e^(−0.7 · 1.5) = 10 %; two: 0.039 e^(−1.7 · 1.5) = 0.3 %
    [InlineData(5, 8)]
    public void Servers_keep_the_promise(double load, int expected) => Assert.Equal(expected, Staffing.Servers(load, 20, 30, 0.01));

    [Fact]
    public void More_load_never_needs_fewer_and_large_loads_need_little_over_their_root()
    {
        var before = 0;
        for (var load = 0.5; load < 500; load += 0.5)
        {
            var servers = Staffing.Servers(load, 20, 0, 0.05);
            Assert.True(servers >= before);
            Assert.True(servers <= load + 2 * Math.Sqrt(load) + 2);
            before = servers;
        }
    }
}
