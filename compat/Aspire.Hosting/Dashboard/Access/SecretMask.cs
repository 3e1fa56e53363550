using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard.Access;

/// <summary>
/// Makes the application's secrets unreadable in everything that the dashboard takes in or shows: the values of secret parameters
/// and connection strings, as they are, escaped for a URL or for JSON, and the dashboard's own keys.
/// </summary>
internal sealed class SecretMask(DistributedApplicationModel model, ResourceNotificationService notifications, IEnumerable<string?> ownSecrets)
{
    public const string Masked = "●●●●●●";

    // A shorter one would be found in half of all texts; as an environment variable's value it is hidden all the same.
    private const int MinLengthInText = 4;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] TellingNames =
        ["SECRET", "PASSWORD", "PASSWD", "PWD", "TOKEN", "APIKEY", "API_KEY", "CREDENTIAL", "PRIVATE_KEY", "CONNECTIONSTRINGS__", "OTLP_HEADERS"];

    private readonly ImmutableArray<string> _own = [.. ownSecrets.OfType<string>()];
    private readonly ImmutableArray<ParameterResource> _parameters = [.. model.Resources.OfType<ParameterResource>().Where(parameter => parameter.Secret)];
    private Known _known = new([], []);

    /// <summary>The text with every secret in it made unreadable.</summary>
    public string Text(string text)
    {
        foreach (var form in Forms())
        {
            if (form.Length >= MinLengthInText)
                text = text.Replace(form, Masked, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>A variable's or property's value: hidden whole when it holds a secret, or when its name says that it is one.</summary>
    public string Value(string name, string value)
        => value.Length > 0 && (Array.Exists(TellingNames, telling => name.Contains(telling, StringComparison.OrdinalIgnoreCase))
            || Forms().Any(form => value.Contains(form, StringComparison.Ordinal))) ? Masked : value;

    private ImmutableArray<string> Forms()
    {
        // A parameter may get its value, or another, while the application runs.
        ImmutableArray<string> values = [.. _own, .. _parameters.Select(ValueOf).OfType<string>().Where(value => value.Length > 0)];
        var known = _known;
        if (known.Values.SequenceEqual(values))
            return known.Forms;
        _known = known = new Known(values, [.. values.SelectMany(FormsOf).Distinct().OrderByDescending(form => form.Length)]);
        return known.Forms;
    }

    private string? ValueOf(ParameterResource parameter)
        => notifications.TryGetCurrentState(parameter.Name, out var current)
            ? current.Snapshot.Properties.FirstOrDefault(property => property.Name == "Value")?.Value as string
            : null;

    /// <summary>A key of several lines is written to a console line by line.</summary>
    private static IEnumerable<string> FormsOf(string value)
        =>
        [
            value,
            Uri.EscapeDataString(value),
            JsonSerializer.Serialize(value)[1..^1],
            JsonSerializer.Serialize(value, Relaxed)[1..^1],
            .. value.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 2 * MinLengthInText),
        ];

    private sealed record Known(ImmutableArray<string> Values, ImmutableArray<string> Forms);
}
