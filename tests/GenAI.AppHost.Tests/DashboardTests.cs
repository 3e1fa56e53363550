using System.Net.Http.Json;
using Aspire.Hosting;
using GenAI.Testing;
using GenAI.Testing.Browser;
using Microsoft.Playwright;

namespace GenAI.AppHost.Tests;

/// <summary>What the dashboard shows of the whole system, in a real browser. Its pages are the stand-in's; the official ones are others.</summary>
public sealed class DashboardTests
{
    private const string Login = "Login to the dashboard at ";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_image_request_is_one_trace_through_gateway_and_model_server()
    {
        Requires.True(typeof(DistributedApplication).Assembly.GetType("Aspire.Hosting.Dashboard.DashboardHost") is not null, "the dashboard is not the stand-in's");
        await using var chromium = await Chromium.StartAsync();
        using var log = new LineCollector();
        await using var system = await RunningSystem.StartAsync(log, Cancellation);
        var page = await chromium.NewPageAsync();
        await page.GotoAsync(log.Lines.First(line => line.StartsWith(Login, StringComparison.Ordinal))[Login.Length..]);
        await Assertions.Expect(page.Locator("tr[data-state=Running]")).ToHaveCountAsync(await page.Locator("tr[data-resource]").CountAsync());

        using var client = system.Gateway();
        using var response = await client.PostAsJsonAsync(
            "/v1/images/generations", new { model = "stable-diffusion-35", prompt = "a red circle", size = "64x64" }, Cancellation);
        response.EnsureSuccessStatusCode();

        await page.GetByRole(AriaRole.Link, new() { Name = "Traces" }).ClickAsync();
        await page.Locator("tr a", new() { HasText = "gateway POST /v1/images/generations" }).ClickAsync();
        await page.Locator("[data-span]", new() { HasText = "stable-diffusion-35 POST" }).ClickAsync();
        await Assertions.Expect(page.Locator("#span")).ToContainTextAsync("service.instance.id");
        await Assertions.Expect(page.Locator("[data-span]", new() { HasText = "stable-diffusion-35 job" })).ToHaveCountAsync(1);
    }
}
