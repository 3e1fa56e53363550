using System.Net;
using System.Net.Http.Headers;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.Compat.Tests.Aspire.Dashboard;

/// <summary>Where a test application's dashboard is, and a client of it that keeps cookies and follows no redirects.</summary>
internal sealed class DashboardClient : IDisposable
{
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false };

    public DashboardClient(TestApplication app)
    {
        var configuration = app.App.Services.GetRequiredService<IConfiguration>();
        Token = configuration[DashboardSettings.BrowserTokenName]!;
        ApiKey = configuration[DashboardSettings.OtlpApiKeyName]!;
        OtlpHttp = new Uri(configuration[DashboardSettings.OtlpHttpName]!);
        OtlpGrpc = new Uri(configuration[DashboardSettings.OtlpGrpcName]!);
        Address = app.App.Services.GetRequiredService<DashboardHost>().Address!;
        Http = new HttpClient(_handler) { BaseAddress = Address };
        Http.DefaultRequestHeaders.Add("Accept", "text/html");
    }

    public string Token { get; }

    public string ApiKey { get; }

    public Uri Address { get; }

    public Uri OtlpHttp { get; }

    public Uri OtlpGrpc { get; }

    public Uri LoginUrl => new(Address, $"/login?t={Token}");

    public HttpClient Http { get; }

    public async Task<DashboardClient> LogInAsync(CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync(LoginUrl, cancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return this;
    }

    public Task<string> PageAsync(string path, CancellationToken cancellationToken) => Http.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken);

    /// <summary>Telemetry over OTLP, as a service sends it over HTTP.</summary>
    public Task<HttpResponseMessage> SendAsync(string path, byte[] body, string contentType = "application/x-protobuf", string encoding = "", string? key = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (encoding.Length > 0)
            content.Headers.ContentEncoding.Add(encoding);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(OtlpHttp, path)) { Content = content };
        request.Headers.Add("x-otlp-api-key", key ?? ApiKey);
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Http.Dispose();
        _handler.Dispose();
    }
}
