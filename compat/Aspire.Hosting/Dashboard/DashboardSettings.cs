using Aspire.Hosting.Dashboard.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>Where the dashboard listens and whom it lets in, from the settings that Aspire reads for its own.</summary>
internal sealed record DashboardSettings
{
    public const string UrlsName = "ASPNETCORE_URLS";
    public const string OtlpGrpcName = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    public const string OtlpHttpName = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";
    public const string BrowserTokenName = "AppHost:BrowserToken";
    public const string OtlpApiKeyName = "AppHost:OtlpApiKey";
    public const string AllowUnsecuredTransportName = "ASPIRE_ALLOW_UNSECURED_TRANSPORT";

    // Port 0: any that is free. Loopback only, so that no certificate is needed.
    private const string AnyFreePort = "http://127.0.0.1:0";

    /// <summary>Where the pages are.</summary>
    public required IReadOnlyList<BindingAddress> Pages { get; init; }

    /// <summary>Where OTLP over gRPC comes in, which without TLS needs HTTP/2 for itself; null when only HTTP was asked for.</summary>
    public BindingAddress? OtlpGrpc { get; init; }

    /// <summary>Where OTLP over HTTP comes in; null when only gRPC was asked for.</summary>
    public BindingAddress? OtlpHttp { get; init; }

    /// <summary>Null when everybody may look.</summary>
    public string? BrowserToken { get; init; }

    public string? OtlpApiKey { get; init; }

    public required TelemetryLimits Limits { get; init; }

    /// <exception cref="DistributedApplicationException">A setting is wrong: which, its value, and what to do.</exception>
    public static DashboardSettings From(IConfiguration configuration, DistributedApplicationOptions options)
    {
        var allowsHttp = options.AllowUnsecuredTransport || IsOn(configuration, AllowUnsecuredTransportName);
        var pages = (configuration[UrlsName] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (grpc, http) = (OtlpUrl(configuration, OtlpGrpcName), OtlpUrl(configuration, OtlpHttpName));
        return new DashboardSettings
        {
            Pages = pages.Length == 0 ? [BindingAddress.Parse(AnyFreePort)] : [.. pages.Select(url => Address(UrlsName, url, allowsHttp))],
            OtlpGrpc = grpc is not null ? Address(OtlpGrpcName, grpc, allowsHttp) : http is null ? BindingAddress.Parse(AnyFreePort) : null,
            OtlpHttp = http is not null ? Address(OtlpHttpName, http, allowsHttp) : grpc is null ? BindingAddress.Parse(AnyFreePort) : null,
            BrowserToken = configuration[BrowserTokenName],
            OtlpApiKey = configuration[OtlpApiKeyName],
            Limits = TelemetryLimits.From(configuration),
        };
    }

    public static bool IsOn(IConfiguration configuration, string name)
        => configuration[name] is { } value && (value == "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>The ASPIRE_ names are today's, the DOTNET_ names those before 9.4.</summary>
    public static string? OtlpUrl(IConfiguration configuration, string name)
        => configuration[name] is { Length: > 0 } today ? today
            : configuration[name.Replace("ASPIRE_", "DOTNET_", StringComparison.Ordinal)] is { Length: > 0 } earlier ? earlier : null;

    private static BindingAddress Address(string name, string url, bool allowsHttp)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException unreadable)
        {
            throw new DistributedApplicationException($"'{name}' has the value '{url}', which is not a URL such as http://localhost:15000.", unreadable);
        }

        if (address.Scheme is not ("http" or "https"))
            throw new DistributedApplicationException($"'{name}' has the value '{url}'; an http or https URL was expected.");
        if (address.Scheme == "http" && !allowsHttp)
        {
            throw new DistributedApplicationException(
                $"'{name}' must be an https address, and is '{url}'. For plain http set {AllowUnsecuredTransportName}=true, commonly in the launch profile.");
        }

        return address;
    }
}
