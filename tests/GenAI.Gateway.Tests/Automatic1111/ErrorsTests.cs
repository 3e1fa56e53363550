using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.Automatic1111;

public sealed class ErrorsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_not_there_is_refused_in_the_shape_of_Automatic1111()
    {
        await using var gateway = TestGateway.Start();
        using var client = gateway.Connect();

        using var response = await client.GetAsync("sdapi/v1/nonesuch", Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var error = await response.Content.ReadFromJsonAsync<Automatic1111ErrorBody>(Token);
        Assert.Equal("not_found", error!.Error);
        Assert.Contains("/sdapi/v1/nonesuch", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_member_is_named_as_FastAPI_names_it()
    {
        var body = new Automatic1111ErrorShape().Body(new ApiError(422, "value_error", "steps is 0") { Param = "steps" }, "t");

        Assert.Equal(
            """{"detail":[{"loc":["body","steps"],"msg":"steps is 0","type":"value_error"}],"trace_id":"t"}""",
            JsonSerializer.Serialize(body, body.GetType()));
    }
}
