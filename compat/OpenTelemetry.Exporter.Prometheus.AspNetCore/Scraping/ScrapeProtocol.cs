using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>What a scraper may ask for in <c>Accept</c>, and what the answer is then called.</summary>
internal sealed record ScrapeProtocol(string MediaType, string Version, ExpositionFormat Format, string ContentType)
{
    private const string OpenMetricsMediaType = "application/openmetrics-text";
    private const string TextMediaType = "text/plain";

    public static ScrapeProtocol Text004 { get; } = new(
        TextMediaType, "0.0.4", ExpositionFormat.Text, "text/plain; version=0.0.4; charset=utf-8");

    // From version 1.0.0 on the content type names the escaping of names; ours are always escaped with underscores.
    public static ScrapeProtocol Text100 { get; } = new(
        TextMediaType, "1.0.0", ExpositionFormat.Text, "text/plain; version=1.0.0; charset=utf-8; escaping=underscores");

    public static ScrapeProtocol OpenMetrics001 { get; } = new(
        OpenMetricsMediaType, "0.0.1", ExpositionFormat.OpenMetrics, "application/openmetrics-text; version=0.0.1; charset=utf-8");

    public static ScrapeProtocol OpenMetrics100 { get; } = new(
        OpenMetricsMediaType, "1.0.0", ExpositionFormat.OpenMetrics,
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores");

    // The first of a media type is what a request without a version means.
    private static readonly ImmutableArray<ScrapeProtocol> _all = [Text004, OpenMetrics100, OpenMetrics001, Text100];
    private static readonly ImmutableArray<string> _escapings = ["allow-utf-8", "underscores", "dots", "values"];

    /// <summary>The protocol with the highest quality value, the first on a tie; Prometheus text 0.0.4 when none is known.</summary>
    public static ScrapeProtocol Negotiate(StringValues accept)
    {
        var (chosen, chosenQuality) = (Text004, 0.0);
        if (!MediaTypeHeaderValue.TryParseList(accept, out var entries))
            return chosen;

        foreach (var entry in entries)
        {
            if (Read(entry) is var (protocol, quality) && quality > chosenQuality)
                (chosen, chosenQuality) = (protocol, quality);
        }

        return chosen;
    }

    /// <summary>Null for what we cannot give: another type or version, an unknown escaping, quality 0.</summary>
    private static (ScrapeProtocol Protocol, double Quality)? Read(MediaTypeHeaderValue entry)
    {
        if (Parameter(entry, "escaping") is { } escaping && !_escapings.Contains(escaping))
            return null;

        var version = Parameter(entry, "version");
        var protocol = _all.FirstOrDefault(candidate =>
            entry.MediaType.Equals(candidate.MediaType, StringComparison.OrdinalIgnoreCase)
            && (version is null || version == candidate.Version));

        return protocol is not null && Quality(entry) is { } quality ? (protocol, quality) : null;
    }

    private static double? Quality(MediaTypeHeaderValue entry)
        => Parameter(entry, "q") is not { } text ? 1
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality)
                && quality is > 0 and <= 1 ? quality
            : null;

    private static string? Parameter(MediaTypeHeaderValue entry, string name)
        => NameValueHeaderValue.Find(entry.Parameters, name) is { } parameter
            ? HeaderUtilities.RemoveQuotes(parameter.Value).Value
            : null;
}
