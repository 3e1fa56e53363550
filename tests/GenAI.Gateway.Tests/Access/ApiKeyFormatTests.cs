using GenAI.Contracts.Access;

namespace GenAI.Gateway.Tests.Access;

public sealed class ApiKeyFormatTests
{
    private readonly string _key = ApiKeyFormat.NewKey("abcdefghjk");

    [Fact]
    public void A_new_key_is_well_formed_and_names_its_id()
    {
        Assert.Matches("^genai_abcdefghjk_[0-9A-Za-z]{49}$", _key);
        Assert.True(ApiKeyFormat.IsWellFormed(_key));
        Assert.True(ApiKeyFormat.TryGetId(_key, out var id));
        Assert.Equal("abcdefghjk", id.ToString());
        Assert.Equal(_key[..21], ApiKeyFormat.ShownPart(_key));
    }

    [Fact]
    public void Every_key_has_another_secret() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => ApiKeyFormat.NewKey("abcdefghjk")).Distinct().Count());

    [Fact]
    public void A_key_with_any_one_character_changed_is_not_well_formed()
    {
        for (var i = 0; i < _key.Length; i++)
        {
            var changed = _key[..i] + (_key[i] == 'x' ? 'y' : 'x') + _key[(i + 1)..];
            Assert.False(ApiKeyFormat.IsWellFormed(changed), changed);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("genai_")]
    [InlineData("sk-proj-0123456789")]
    public void Something_else_is_no_key(string? text)
    {
        Assert.False(ApiKeyFormat.IsWellFormed(text));
        Assert.False(ApiKeyFormat.TryGetId(text, out _));
        Assert.False(ApiKeyFormat.IsWellFormed(_key + "0"));
        Assert.False(ApiKeyFormat.IsWellFormed(_key[1..]));
    }
}
