using GenAI.Gateway.Jobs;
using GenAI.Gateway.OpenAI;
using GenAI.Gateway.OpenAI.Images;
using GenAI.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Tests.OpenAI;

public sealed class ImageAddressesTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void An_address_is_ours_and_says_until_when_also_after_a_restart()
    {
        var (name, query) = Split(Addresses().Of(Hash, "image/png"));

        Assert.Equal($"{Hash}.png", name);
        Assert.Equal(_clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds(), Addresses().Check(name, query["expires"], query["signature"])?.ToUnixTimeSeconds());
    }

    [Fact]
    public void An_address_that_was_changed_is_not_ours()
    {
        var addresses = Addresses();
        var (name, query) = Split(addresses.Of(Hash, "image/png"));
        var (expires, signature) = (query["expires"].ToString(), query["signature"].ToString());

        Assert.Null(addresses.Check(name.Replace('a', 'b'), expires, signature));
        Assert.Null(addresses.Check(name, expires + "0", signature));
        Assert.Null(addresses.Check(name, expires, signature[1..]));
        Assert.Null(addresses.Check(name, expires, null));
        Assert.Null(addresses.Check(name, null, signature));
    }

    [Fact]
    public void Gateways_with_the_same_secret_know_each_others_addresses()
    {
        using var other = new TemporaryFolder();
        var (name, query) = Split(Addresses(new string('s', 32)).Of(Hash, "image/png"));

        Assert.NotNull(Addresses(new string('s', 32), other.Path).Check(name, query["expires"], query["signature"]));
        Assert.Null(Addresses(new string('t', 32), other.Path).Check(name, query["expires"], query["signature"]));
    }

    public void Dispose() => _folder.Dispose();

    private static string Hash => new('a', 64);

    private static (string Name, Dictionary<string, Microsoft.Extensions.Primitives.StringValues> Query) Split(string address)
    {
        var parts = address.Split('?');
        return (parts[0].Split('/')[^1], QueryHelpers.ParseQuery(parts[1]));
    }

    private ImageAddresses Addresses(string? secret = null, string? folder = null) => new(
        Options.Create(new OpenAIOptions { UrlSecret = secret }), Options.Create(new JobOptions { Folder = folder ?? _folder.Path }), _clock);
}
