using System.Text.Json;
using GenAI.Gateway.Images;
using GenAI.Gateway.OpenAI.Images;

namespace GenAI.Gateway.Tests.OpenAI;

public sealed class ImageRequestReaderTests
{
    [Fact]
    public void Everything_that_is_left_out_has_OpenAIs_default()
    {
        var (request, error) = Read("""{"prompt":"x","model":null,"n":null,"stream":false,"output_format":"png","background":"auto"}""");

        Assert.Null(error);
        Assert.Equal(new ImageRequest { Prompt = "x" }, request);
    }

    [Fact]
    public void Everything_that_is_given_is_read()
    {
        var (request, _) = Read("""
            {"prompt":"x","model":"m","n":10,"size":"1024x768","quality":"hd","style":"vivid","response_format":"url","seed":9223372036854775807,"user":"u"}
            """);

        Assert.Equal(
            new ImageRequest
            {
                Prompt = "x",
                Model = "m",
                Count = 10,
                Size = new ImageSize(1024, 768),
                Quality = ImageQuality.High,
                Vivid = true,
                AsUrl = true,
                Seed = long.MaxValue,
                User = "u",
            },
            request);
    }

    [Theory]
    [InlineData("""{}""", "prompt", "missing_required_parameter")]
    [InlineData("""{"prompt":"  "}""", "prompt", "missing_required_parameter")]
    [InlineData("""{"prompt":7}""", "prompt", "invalid_type")]
    [InlineData("""{"prompt":"x","n":0}""", "n", "integer_out_of_range")]
    [InlineData("""{"prompt":"x","n":11}""", "n", "integer_out_of_range")]
    [InlineData("""{"prompt":"x","n":1.5}""", "n", "integer_out_of_range")]
    [InlineData("""{"prompt":"x","n":"2"}""", "n", "invalid_type")]
    [InlineData("""{"prompt":"x","size":"big"}""", "size", "invalid_value")]
    [InlineData("""{"prompt":"x","size":"512x48"}""", "size", "invalid_value")]
    [InlineData("""{"prompt":"x","size":"2064x512"}""", "size", "invalid_value")]
    [InlineData("""{"prompt":"x","size":"500x512"}""", "size", "invalid_value")]
    [InlineData("""{"prompt":"x","size":"-512x512"}""", "size", "invalid_value")]
    [InlineData("""{"prompt":"x","size":512}""", "size", "invalid_type")]
    [InlineData("""{"prompt":"x","quality":"best"}""", "quality", "invalid_value")]
    [InlineData("""{"prompt":"x","response_format":"png"}""", "response_format", "invalid_value")]
    [InlineData("""{"prompt":"x","seed":-1}""", "seed", "integer_out_of_range")]
    [InlineData("""{"prompt":"x","seed":9223372036854775808}""", "seed", "integer_out_of_range")]
    [InlineData("""{"prompt":"x","output_format":"gif"}""", "output_format", "invalid_value")]
    [InlineData("""{"prompt":"x","output_compression":50}""", "output_compression", "unsupported_value")]
    [InlineData("""{"prompt":"x","background":"transparent"}""", "background", "unsupported_value")]
    [InlineData("""{"prompt":"x","stream":true,"response_format":"url"}""", "response_format", "unsupported_value")]
    [InlineData("""{"prompt":"x","stream":"yes"}""", "stream", "invalid_type")]
    [InlineData("""{"prompt":"x","partial_images":2}""", "partial_images", "unsupported_value")]
    [InlineData("""{"prompt":"x","moderation":"none"}""", "moderation", "invalid_value")]
    [InlineData("""{"prompt":"x","promt":"y"}""", "promt", "unknown_parameter")]
    public void What_is_wrong_is_named(string json, string param, string code)
    {
        var (request, error) = Read(json);

        Assert.Null(request);
        Assert.Equal((400, param, code), (error!.Status, error.Param, error.Code));
        Assert.Contains(param, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    public void A_body_that_is_no_object_is_refused(string json) => Assert.Equal("invalid_type", Read(json).Error!.Code);

    [Fact]
    public void A_prompt_may_have_32000_characters_and_not_one_more()
    {
        Assert.Null(Read($$"""{"prompt":"{{new string('x', 32_000)}}"}""").Error);
        Assert.Equal("string_above_max_length", Read($$"""{"prompt":"{{new string('x', 32_001)}}"}""").Error!.Code);
    }

    private static (ImageRequest? Request, Gateway.Errors.ApiError? Error) Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ImageRequestReader.Read(document.RootElement);
    }
}
