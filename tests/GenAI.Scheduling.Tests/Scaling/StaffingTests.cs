using GenAI.Scheduling.Scaling;

namespace GenAI.Scheduling.Tests.Scaling;

public sealed class StaffingTests
{
    [Theory]
    [InlineData(0, 0.8, 0)]
    [InlineData(0.3, 0.8, 2)] // late per hour: one 54 · 0.3 e^(−0.7 · 1.5) = 5.7; two 54 · 0.039 e^(−1.7 · 1.5) = 0.16; three 0.003
    [InlineData(0.3, 0.1, 3)]
    [InlineData(0.3, 6, 1)]
    [InlineData(40, 0.009, 48)]
    public void Another_server_is_added_while_it_spares_enough(double load, double spared, int expected) =>
        Assert.Equal(expected, Staffing.Servers(load, 20, 30, spared));

    [Fact]
    public void More_load_never_needs_fewer_and_large_loads_need_little_over_their_root()
    {
        var before = 0;
        for (var load = 0.5; load < 500; load += 0.5)
        {
            var servers = Staffing.Servers(load, 20, 0, 1);
            Assert.True(servers >= before);
            Assert.True(servers <= load + 4 * Math.Sqrt(load) + 4);
            before = servers;
        }
    }
}
