using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GenAI.ServiceDefaults.Tests;

public sealed class ErrorAnswerTests
{
    [Theory]
    [InlineData("{\"prompt\":\"cat\",\"width\":\"wide\"}", "$.width (line 1, position ")]
    [InlineData("{\"prompt\":\"cat\",\n\"width\":", "(line 2, position ")]
    [InlineData("[]", "$ (line 1, position ")]
    [InlineData("", "")]
    public async Task A_body_that_cannot_be_read_is_a_400_that_says_where(string body, string where)
    {
        await using var service = new SampleFactory(("environment", "Production"));
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await service.CreateClient().PostAsync("/echo", content, TestContext.Current.CancellationToken);
        var problem = await ReadAsync(response);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(where, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_that_cannot_be_read_is_named()
    {
        await using var service = new SampleFactory();
        using var response = await service.CreateClient().GetAsync("/number?value=seven", TestContext.Current.CancellationToken);
        var problem = await ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("seven", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_is_gone_is_not_logged_as_an_error_of_ours()
    {
        await using var service = new SampleFactory();
        var suppress = service.Services.GetRequiredService<IOptions<ExceptionHandlerOptions>>().Value.SuppressDiagnosticsCallback!;

        Assert.True(suppress(Thrown(new ConnectionResetException("Connection reset by peer"))));
        Assert.True(suppress(Thrown(new BadHttpRequestException("Unexpected end of request content."))));
        Assert.False(suppress(Thrown(new IOException("No space left on device"))));

        static ExceptionHandlerSuppressDiagnosticsContext Thrown(Exception exception) =>
            new() { HttpContext = new DefaultHttpContext(), Exception = exception, ExceptionHandledBy = ExceptionHandledType.ExceptionHandlerService };
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task An_exception_is_a_500_with_a_trace_id_and_nothing_else(string environment)
    {
        await using var service = new SampleFactory(("environment", environment));
        using var response = await service.CreateClient().GetAsync("/boom", TestContext.Current.CancellationToken);
        var problem = await ReadAsync(response);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(["status", "title", "traceId", "type"], problem.EnumerateObject().Select(member => member.Name).Order());
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
        Assert.NotEqual("", problem.GetProperty("traceId").GetString());
    }

    [Theory]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/echo", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/empty", (HttpStatusCode)418)]
    public async Task An_empty_error_gets_a_body(string path, HttpStatusCode expected)
    {
        await using var service = new SampleFactory();
        using var response = await service.CreateClient().GetAsync(path, TestContext.Current.CancellationToken);
        var problem = await ReadAsync(response);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal((int)expected, problem.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_client_that_accepts_no_json_gets_a_line_of_text()
    {
        await using var service = new SampleFactory();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/number?value=seven");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var response = await service.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("400 ", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_a_413()
    {
        await using var service = new SampleFactory();
        service.UseKestrel(0);
        service.StartServer();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/echo") { Content = new ByteArrayContent(new byte[31_000_000]) };
        request.Content.Headers.ContentType = new("application/json");
        // Without it the server closes the connection while the body is still being sent.
        request.Headers.ExpectContinue = true;
        using var response = await service.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(413, (await ReadAsync(response)).GetProperty("status").GetInt32());
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}
