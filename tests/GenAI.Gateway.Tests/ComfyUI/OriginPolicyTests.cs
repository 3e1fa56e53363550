using GenAI.Gateway.ComfyUI.Wire;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.ComfyUI;

public class OriginPolicyTests
{
    [Theory]
    [InlineData("127.0.0.1:8188", "http://127.0.0.1:8188", false, true)]
    [InlineData("127.0.0.1:8188", "http://127.0.0.1:9000", false, false)]
    [InlineData("localhost:8188", "https://evil.example", false, false)]
    [InlineData("[::1]:8188", "http://[::1]:8188", false, true)]
    [InlineData("localhost", "http://localhost:3000", false, true)]
    [InlineData("127.0.0.1:8188", "null", false, false)]
    [InlineData("127.0.0.1:8188", "", false, true)]
    [InlineData("127.0.0.1:8188", "", true, false)]
    [InlineData("images.example.org", "https://www.example.org", false, true)]
    [InlineData("images.example.org", "https://evil.example", true, false)]
    public void A_page_is_allowed_or_not_as_ComfyUI_does(string host, string origin, bool isCrossSite, bool allowed) =>
        Assert.Equal(allowed, OriginPolicy.Allows(new HostString(host), origin, isCrossSite, []));

    [Fact]
    public void Pages_that_configuration_names_are_welcome_everywhere()
    {
        Assert.True(OriginPolicy.Allows(new HostString("127.0.0.1:8188"), "https://studio.example.org", isCrossSite: true, ["https://studio.example.org"]));
        Assert.True(OriginPolicy.Allows(new HostString("127.0.0.1:8188"), "https://any.example", isCrossSite: true, ["*"]));
        Assert.False(OriginPolicy.Allows(new HostString("127.0.0.1:8188"), "https://other.example", isCrossSite: true, ["https://studio.example.org"]));
    }
}
