using System.Net.Http.Json;
using GenAI.Gateway.Errors;
using Microsoft.AspNetCore.Mvc;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>Reads an error in the shape that it must have, with the members that every error has.</summary>
internal static class ErrorBody
{
    public static async Task<ComfyUIErrorDetail> ComfyUIAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadFromJsonAsync<ComfyUIErrorBody>(cancellationToken);
        Assert.Empty(body!.NodeErrors);
        AssertTraceId(body.Error.ExtraInfo.TraceId);
        return body.Error;
    }

    public static async Task<OpenAIErrorDetail> OpenAIAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var body = await response.Content.ReadFromJsonAsync<OpenAIErrorBody>(cancellationToken);
        AssertTraceId(body!.Error.TraceId);
        Assert.Equal(body.Error.TraceId, response.Headers.GetValues("x-request-id").Single());
        return body.Error;
    }

    public static async Task<ProblemDetails> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<ProblemDetails>(cancellationToken);
        AssertTraceId(problem!.Extensions["traceId"]?.ToString());
        Assert.Equal((int)response.StatusCode, problem.Status);
        return problem;
    }

    private static void AssertTraceId(string? id)
    {
        Assert.NotNull(id);
        Assert.Matches("^[0-9a-f]{32}$", id);
    }
}
