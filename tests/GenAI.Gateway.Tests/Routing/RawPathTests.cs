using GenAI.Gateway.Routing;

namespace GenAI.Gateway.Tests.Routing;

public sealed class RawPathTests
{
    [Theory]
    [InlineData("/models/m/a%2Fb?x=%20", 2, "/a%2Fb")]
    [InlineData("/a%2Fb/", 0, "/a%2Fb/")]
    [InlineData("/models/m/a%252Fb", 2, "/a%252Fb")]
    [InlineData("/models/m/x/../y%25", 2, "/y%25")]
    [InlineData("/x/%2E%2e/models/m/y%25", 2, "/y%25")]
    [InlineData("/models/m/./y%25/.", 2, "/y%25/")]
    [InlineData("/models/m/y%25/..", 2, "/")]
    [InlineData("/models/m/..%2F..%2Fy", 2, "/..%2F..%2Fy")]
    [InlineData("http://host:80/models/m/a%2Fb?x", 2, "/a%2Fb")]
    [InlineData("/../../a%25", 0, "/a%25")]
    public void The_remainder_keeps_its_spelling_and_climbs_nowhere(string target, int skip, string expected) =>
        Assert.Equal(expected, RawPath.Remainder(target, skip));

    [Theory]
    [InlineData("*")]
    [InlineData("host:80")]
    [InlineData("http://host")]
    [InlineData("/models")]
    public void A_target_without_such_a_path_has_no_remainder(string target) => Assert.Null(RawPath.Remainder(target, 2));
}
