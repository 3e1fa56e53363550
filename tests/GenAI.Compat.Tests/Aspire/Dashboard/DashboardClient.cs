using System.Net;
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

    public void Dispose()
    {
        Http.Dispose();
        _handler.Dispose();
    }
}
