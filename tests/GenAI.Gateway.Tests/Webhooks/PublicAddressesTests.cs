using System.Net;
using GenAI.Gateway.Webhooks;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.Webhooks;

public sealed class PublicAddressesTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.0", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::8.8.8.8", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("64:ff9b::10.0.0.1", false)]
    public void Only_what_is_on_the_public_internet_is_public(string address, bool expected) =>
        Assert.Equal(expected, PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://example.org/hook", false, true)]
    [InlineData("https://8.8.8.8/hook", false, true)]
    [InlineData("http://example.org/hook", false, false)]
    [InlineData("https://127.0.0.1/hook", false, false)]
    [InlineData("https://[::1]/hook", false, false)]
    [InlineData("https://2130706433/hook", false, false)]
    [InlineData("https://user:secret@example.org/", false, false)]
    [InlineData("ftp://example.org", true, false)]
    [InlineData("/hook", true, false)]
    [InlineData("http://127.0.0.1/hook", true, true)]
    public void An_address_is_checked_before_the_job_is_taken(string address, bool allowPrivate, bool expected)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[WebhookAddress.Header] = address;

        var (read, error) = WebhookAddress.Read(context.Request, allowPrivate);

        Assert.Equal(expected, error is null);
        Assert.Equal(expected, read is not null);
    }
}
