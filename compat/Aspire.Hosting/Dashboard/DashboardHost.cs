using Aspire.Hosting.Dashboard.Access;
using Aspire.Hosting.Dashboard.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// The dashboard's web server: up before the first resource starts, so that they can be told where to send telemetry, and down after
/// the last has ended. Where it cannot listen it says so, and the application runs without it.
/// </summary>
internal sealed partial class DashboardHost(
    DashboardSettings settings,
    DashboardApi api,
    OtlpApi otlp,
    IConfiguration configuration,
    ILoggerFactory loggers,
    ILogger<DistributedApplication> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private readonly HashSet<int> _otlpPorts = [];
    private WebApplication? _app;

    /// <summary>Where the pages are; null while they are not.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var app = Build();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // A port that is taken, an address that is not this machine's, or no certificate for https.
            await app.DisposeAsync();
            LogCannotListen(Reason(failure));
            // Nobody is told to send telemetry where nobody listens, or another application does.
            configuration[DashboardSettings.OtlpGrpcName] = configuration[DashboardSettings.OtlpHttpName] = null;
            return;
        }

        _app = app;
        Announce(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(BindingAddress.Parse).ToArray());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is null)
            return;
        // A page that is open does not hold up the end.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StopTimeout);
        await _app.StopAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<ILoggerFactory>(new QuietLoggerFactory(loggers));
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Listen);

        var app = builder.Build();
        var hosts = settings.Pages.Select(address => address.Host).Append(Environment.MachineName);
        app.Use((context, next) => _otlpPorts.Contains(context.Connection.LocalPort) ? otlp.HandleAsync(context) : next(context));
        app.Use((context, next) => new FrontDoor(api.Access, new HostCheck(hosts)).HandleAsync(context, next));
        api.Map(app);
        return app;
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LimitedBody.MaxBytes;
        foreach (var address in settings.Pages)
            Listen(kestrel, address, address.Scheme == "https" ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1);
        // Without TLS a client cannot say which HTTP it speaks, and gRPC speaks only HTTP/2.
        if (settings.OtlpGrpc is { } grpc)
            Listen(kestrel, grpc, HttpProtocols.Http2);
        if (settings.OtlpHttp is { } http)
            Listen(kestrel, http, http.Scheme == "https" ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1);
    }

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address, HttpProtocols protocols)
    {
        if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || address.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
            kestrel.ListenLocalhost(address.Port, Configure);
        else if (System.Net.IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, Configure);
        else
            kestrel.ListenAnyIP(address.Port, Configure);

        void Configure(ListenOptions listen)
        {
            listen.Protocols = protocols;
            if (address.Scheme == "https")
                listen.UseHttps();
        }
    }

    /// <param name="bound">In the order in which they were asked for; `localhost` is one.</param>
    private void Announce(BindingAddress[] bound)
    {
        var page = Url(settings.Pages[0], bound[0].Port);
        Address = new Uri(page);
        LogListening(page);
        if (settings.BrowserToken is { } token)
            LogLogin($"{page}{FrontDoor.LoginPath}?t={token}");

        var next = settings.Pages.Count;
        if (settings.OtlpGrpc is { } grpc)
            AnnounceOtlp(DashboardSettings.OtlpGrpcName, grpc, bound[next++].Port);
        if (settings.OtlpHttp is { } http)
            AnnounceOtlp(DashboardSettings.OtlpHttpName, http, bound[next].Port);
    }

    /// <summary>Resources are told the endpoints that configuration names.</summary>
    private void AnnounceOtlp(string name, BindingAddress address, int port)
    {
        _otlpPorts.Add(port);
        configuration[name] = Url(address, port);
    }

    private static string Url(BindingAddress address, int port)
        => $"{address.Scheme}://{(address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host)}:{port}";

    private static string Reason(Exception failure)
        => failure.InnerException is { } inner && !failure.Message.Contains(inner.Message, StringComparison.OrdinalIgnoreCase) ? $"{failure.Message} {inner.Message}" : failure.Message;

    [LoggerMessage(LogLevel.Information, "Now listening on: {DashboardUrl}")]
    private partial void LogListening(string dashboardUrl);

    // `dotnet watch` and IDEs look for exactly this line to open the page.
    [LoggerMessage(LogLevel.Information, "Login to the dashboard at {LoginUrl}")]
    private partial void LogLogin(string loginUrl);

    [LoggerMessage(LogLevel.Error, "The dashboard is left out: {Reason} Everything else runs. Set ASPNETCORE_URLS to another address, or end what listens there.")]
    private partial void LogCannotListen(string reason);
}
