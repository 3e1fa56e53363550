using System.Net;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire.Dashboard;

/// <summary>Who gets in, and what nobody is shown.</summary>
public sealed partial class DashboardAccessTests
{
    private const string Secret = "s3cr&t \"value\"";

    [Fact]
    public async Task Without_the_token_a_page_leads_to_the_login_and_a_wrong_token_leads_nowhere()
    {
        await using var app = await StartAsync();
        using var client = new DashboardClient(app);

        using var page = await client.Http.GetAsync("/traces?errors=1", app.Cancellation);
        using var wrong = await client.Http.GetAsync("/login?t=guess", app.Cancellation);
        using var stream = await client.Http.GetAsync("/changes?topics=logs", app.Cancellation);

        Assert.Equal("/login?returnUrl=%2Ftraces%3Ferrors%3D1", page.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, stream.StatusCode);
    }

    [Fact]
    public async Task The_login_sets_a_cookie_that_scripts_and_other_sites_do_not_get_and_that_is_not_the_token()
    {
        await using var app = await StartAsync();
        using var client = new DashboardClient(app);

        using var login = await client.Http.GetAsync($"/login?t={client.Token}&returnUrl=//elsewhere.example", app.Cancellation);
        using var page = await client.Http.GetAsync("/", app.Cancellation);

        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(client.Token, cookie, StringComparison.Ordinal);
        Assert.Equal("/", login.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith("default-src 'none'; script-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "evil.example", HttpStatusCode.BadRequest)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Host", "myapp.localhost", HttpStatusCode.OK)]
    public async Task A_request_under_another_name_or_from_another_site_is_refused(string header, string value, HttpStatusCode expected)
    {
        await using var app = await StartAsync();
        using var client = new DashboardClient(app);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/login");
        request.Headers.Add(header, value);

        using var response = await client.Http.SendAsync(request, app.Cancellation);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_command_needs_the_value_of_the_dashboards_own_form_and_its_own_origin()
    {
        await using var app = await StartAsync();
        using var client = await new DashboardClient(app).LogInAsync(app.Cancellation);
        var value = FormValue().Match(await client.PageAsync("/", app.Cancellation)).Groups["value"].Value;

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("", origin: null));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(value, origin: "http://localhost:1"));
        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(value, client.Address.GetLeftPart(UriPartial.Authority)));
        await app.StateAsync("talker", KnownResourceStates.Finished);

        async Task<HttpStatusCode> PostAsync(string formValue, string? origin)
        {
            using var content = new FormUrlEncodedContent([new("form-value", formValue)]);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/resources/talker/commands/stop") { Content = content };
            if (origin is not null)
                request.Headers.Add("Origin", origin);
            using var response = await client.Http.SendAsync(request, app.Cancellation);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_secret_is_in_no_page_no_console_and_no_download()
    {
        await using var app = await StartAsync();
        using var client = await new DashboardClient(app).LogInAsync(app.Cancellation);
        await Eventually.TrueAsync(async () => (await app.LinesAsync("talker")).Any(line => line.Contains(Secret, StringComparison.Ordinal)), app.Cancellation);

        var details = await client.PageAsync("/resources/talker", app.Cancellation);
        var parameter = await client.PageAsync("/resources/key", app.Cancellation);
        var download = await client.PageAsync("/console/talker/download", app.Cancellation);

        Assert.All([details, parameter, download], text =>
        {
            Assert.DoesNotContain("s3cr", text, StringComparison.Ordinal);
            Assert.Contains("●●●●●●", text, StringComparison.Ordinal);
        });
        Assert.Contains("<code>PLAIN</code></td><td class=\"wrap\"><code>shown</code>", details, StringComparison.Ordinal);
        Assert.Contains("the key is ●●●●●● indeed", download, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_may_look_when_the_settings_say_so()
    {
        await using var app = new TestApplication(withDashboard: true, "--ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS=true");
        await app.StartAsync();
        using var http = new HttpClient();

        var address = ((DashboardHost)app.App.Services.GetService(typeof(DashboardHost))!).Address;

        Assert.Contains("Resources", await http.GetStringAsync(address, app.Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ASPNETCORE_URLS=http://localhost:1", "'ASPNETCORE_URLS' must be an https address, and is 'http://localhost:1'")]
    [InlineData("--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=localhost", "'ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL' has the value 'localhost', which is not a URL")]
    [InlineData("--Dashboard:TelemetryLimits:MaxLogCount=0", "'Dashboard:TelemetryLimits:MaxLogCount' is '0'; a whole number from 1")]
    public async Task A_wrong_setting_is_named_with_its_value(string setting, string message)
    {
        await using var app = new TestApplication(withDashboard: true, setting);

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(app.StartAsync);

        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_it_cannot_listen_the_application_runs_without_it()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var app = new TestApplication(withDashboard: true, $"--ASPNETCORE_URLS=http://127.0.0.1:{port}", "--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true");
        app.AddScript("talker", "echo hello; sleep 60").WithOtlpExporter();

        await app.StartAsync();

        await app.HealthyAsync("talker");
        Assert.DoesNotContain(app.Current("talker").Snapshot.EnvironmentVariables, variable => variable.Name == "OTEL_EXPORTER_OTLP_ENDPOINT");
    }

    private static async Task<TestApplication> StartAsync()
    {
        var app = new TestApplication(withDashboard: true);
        var key = app.Builder.AddParameter("key", Secret, secret: true);
        app.AddScript("talker", "echo \"the key is $KEY indeed\"; sleep 60").WithEnvironment("KEY", key).WithEnvironment("PLAIN", "shown");
        await app.StartAsync();
        await app.HealthyAsync("talker");
        return app;
    }

    [GeneratedRegex("name=\"form-value\" value=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FormValue();
}
