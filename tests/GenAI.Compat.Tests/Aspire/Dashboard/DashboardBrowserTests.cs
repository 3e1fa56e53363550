using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using GenAI.Testing.Browser;
using Microsoft.Playwright;

namespace GenAI.Compat.Tests.Aspire.Dashboard;

/// <summary>The dashboard in a real browser over real services: <c>front</c> calls <c>back</c>, and both send telemetry over gRPC.</summary>
public sealed class DashboardBrowserTests : IAsyncLifetime
{
    private const string Secret = "browser-s3cret";

    private readonly TestApplication _app = new(withDashboard: true, "--environment=Development");
    private readonly List<string> _seen = [];
    private Chromium? _chromium;
    private IPage _page = null!;
    private int _greetings;

    public async ValueTask InitializeAsync()
    {
        _chromium = await Chromium.StartAsync();
        var key = _app.Builder.AddParameter("key", Secret, secret: true);
        var back = _app.AddEcho("back").WithEnvironment("KEY", key);
        _app.AddEcho("front").WaitFor(back).WithCommand("greet", "Say hello", Greet, new CommandOptions { ConfirmationMessage = "Really greet?" });
        await _app.StartAsync();

        using var client = new DashboardClient(_app);
        _page = await _chromium.NewPageAsync();
        // What a browser complains of, a blocked style for instance, is a fault too.
        _page.Console += (_, message) => { if (message.Type == "error") _seen.Add(message.Text); };
        _page.PageError += (_, error) => _seen.Add(error);
        await _page.GotoAsync(client.LoginUrl.ToString());
    }

    [Fact]
    public async Task Resources_become_healthy_on_the_page_and_one_is_restarted_from_it()
    {
        await Row("front").And(_page.Locator("[data-state=Running]")).WaitForAsync();
        await _app.HealthyAsync("front");
        var before = TestApplication.ProcessIdOf(_app.Current("front").Snapshot);

        await _page.GetByRole(AriaRole.Button, new() { Name = "Restart front" }).ClickAsync();

        await Assertions.Expect(_page.Locator(".toast")).ToHaveTextAsync("restart front: done");
        await Row("front").And(_page.Locator("[data-state=Running]")).WaitForAsync();
        Assert.NotEqual(before, TestApplication.ProcessIdOf(_app.Current("front").Snapshot));
        Assert.Empty(_seen);
    }

    [Fact]
    public async Task The_trace_of_a_request_is_found_and_opened_with_its_attributes_and_logs()
    {
        await _app.HealthyAsync("front");
        await _page.GetByRole(AriaRole.Link, new() { Name = "Traces" }).ClickAsync();
        await CallAsync(say: "hello");

        // Without a reload: the list is live.
        await _page.Locator("tr a", new() { HasText = "front GET /call" }).ClickAsync();
        await Assertions.Expect(_page.Locator("[data-span]")).ToHaveCountAsync(3);
        await _page.Locator("[data-span]", new() { HasText = "back GET /arguments" }).ClickAsync();

        await Assertions.Expect(_page.Locator("#span")).ToContainTextAsync("url.path");
        await _page.Locator("[data-span]", new() { HasText = "front GET /call" }).ClickAsync();
        await Assertions.Expect(_page.Locator("#span")).ToContainTextAsync("Calling http://");
        Assert.Empty(_seen);
    }

    [Fact]
    public async Task A_service_that_sends_for_the_first_time_while_the_page_is_open_can_be_chosen()
    {
        await _page.GetByRole(AriaRole.Link, new() { Name = "Traces" }).ClickAsync();
        await Assertions.Expect(_page.Locator("select[name=service]")).ToBeVisibleAsync();
        using var client = new DashboardClient(_app);
        using var sent = await client.SendAsync("/v1/traces", OtlpBytes.Request("late", OtlpBytes.Span(1, name: "first")));
        sent.EnsureSuccessStatusCode();

        await _page.Locator("select[name=service]").SelectOptionAsync("late");

        await Assertions.Expect(_page).ToHaveURLAsync(new Regex("service=late", RegexOptions.None, TimeSpan.FromSeconds(10)));
        await Assertions.Expect(_page.Locator("select[name=service]")).ToHaveValueAsync("late");
        await Assertions.Expect(_page.Locator("tr a", new() { HasText = "late first" })).ToHaveCountAsync(1);
        Assert.Empty(_seen);
    }

    [Fact]
    public async Task A_secret_never_appears_though_it_is_said_in_the_console_in_logs_and_in_spans()
    {
        await _app.HealthyAsync("front");
        await CallAsync(Secret);

        foreach (var (path, awaited) in new[] { ("/console/front", "Calling http"), ("/logs?q=Calling", "Calling http"), ("/resources/back", "KEY"), ("/resources/key", "Value"), ("/traces", "/call") })
        {
            await _page.GotoAsync(new Uri(new Uri(_page.Url), path).ToString());
            await Assertions.Expect(_page.Locator("main")).ToContainTextAsync(awaited);
            Assert.DoesNotContain(Secret, await _page.ContentAsync(), StringComparison.Ordinal);
        }

        await _page.Locator("tr a", new() { HasText = "front GET /call" }).ClickAsync();
        await _page.Locator("[data-span]").First.ClickAsync();
        await Assertions.Expect(_page.Locator("#span")).ToContainTextAsync("say=●●●●●●");
        Assert.DoesNotContain(Secret, await _page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_console_is_live_and_searched_and_the_graph_and_metrics_are_drawn()
    {
        await _app.HealthyAsync("front");
        await _page.GetByRole(AriaRole.Link, new() { Name = "Console of front" }).Or(_page.GetByTitle("Console output of front")).ClickAsync();
        await CallAsync("find me");
        await _page.GetByLabel("Search the output").FillAsync("FIND ME");
        await Assertions.Expect(_page.Locator("#console .match")).ToHaveCountAsync(1);

        await _page.Keyboard.PressAsync("Escape");
        await _page.Keyboard.PressAsync("g");
        await Assertions.Expect(_page.Locator("path.edge.wait title")).ToHaveTextAsync("front waits for back");

        await _page.Keyboard.PressAsync("m");
        await _page.Locator("select[name=service]").SelectOptionAsync("front");
        await _page.GetByRole(AriaRole.Link, new() { Name = "http.server.request.duration" }).ClickAsync();
        await Assertions.Expect(_page.Locator("svg.chart path.curve")).ToHaveCountAsync(3);
        Assert.Empty(_seen);
    }

    [Fact]
    public async Task A_command_of_the_apphosts_own_asks_first_and_is_run()
    {
        await _app.HealthyAsync("front");
        _page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();

        await Row("front").GetByLabel("More commands of front").ClickAsync();
        await _page.GetByRole(AriaRole.Button, new() { Name = "Say hello front" }).ClickAsync();

        await Assertions.Expect(_page.Locator(".toast")).ToHaveTextAsync("greet front: done. Hello from front");
        Assert.Equal(1, _greetings);
    }

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
        await _app.DisposeAsync();
    }

    private ILocator Row(string resource) => _page.Locator($"tr[data-resource={resource}]");

    private async Task CallAsync(string say)
    {
        using var http = new HttpClient();
        var (front, back) = (UrlOf("front"), UrlOf("back"));
        await http.GetStringAsync(new Uri($"{front}/call?url={Uri.EscapeDataString($"{back}/arguments")}&say={Uri.EscapeDataString(say)}"), _app.Cancellation);
    }

    private string UrlOf(string resource) => _app.Current(resource).Snapshot.Urls.First().Url;

    private Task<ExecuteCommandResult> Greet(ExecuteCommandContext context)
    {
        Interlocked.Increment(ref _greetings);
        return Task.FromResult(CommandResults.Success($"Hello from {context.ResourceName.Split('-')[0]}"));
    }
}
