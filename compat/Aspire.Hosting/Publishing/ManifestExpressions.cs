using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// How values stand in a manifest (<c>{api.bindings.http.url}</c>), and the entries that they need beside the resources: resources of other
/// values, and parameters that are written in an encoded form,
/// <code>"password-uri-encoded": { "type": "annotated.string", "value": "{password.value}", "filter": "uri" }</code>
/// </summary>
internal sealed class ManifestExpressions
{
    private readonly Dictionary<string, IResource> _referenced = [];
    private readonly Dictionary<(ParameterResource Parameter, string Format), string> _encoded = [];
    private readonly HashSet<string> _names = new(ResourceNames.Comparer);
    private readonly HashSet<object> _visiting = new(ReferenceEqualityComparer.Instance);

    public void Reserve(IEnumerable<string> names) => _names.UnionWith(names);

    /// <summary>What a callback put into the environment or the arguments, as the manifest has it; null for a build argument left open.</summary>
    public string? TextOf(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        ReferenceExpression expression => TextOf(expression),
        IManifestExpressionProvider provider => provider.ValueExpression,
        IResourceBuilder<IResource> { Resource: IManifestExpressionProvider provider } => provider.ValueExpression,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>Notes the resources that a value refers to, so that they too come into the manifest.</summary>
    public void Follow(object? value)
    {
        switch (value)
        {
            case IResource resource:
                if (_referenced.TryAdd(resource.Name, resource))
                    _names.Add(resource.Name);
                break;
            case IValueWithReferences composite when _visiting.Add(composite):
                if (value is ReferenceExpression expression)
                    _ = TextOf(expression);
                foreach (var reference in composite.References)
                    Follow(reference);
                _visiting.Remove(composite);
                break;
            default:
                break;
        }
    }

    /// <summary>What was referred to and is not among the resources; each once.</summary>
    public IResource[] TakeReferenced(IEnumerable<string> except)
    {
        foreach (var name in except)
            _referenced.Remove(name);
        IResource[] left = [.. _referenced.Values];
        _referenced.Clear();
        return left;
    }

    /// <summary>The encoded forms of a parameter, or with null of all that are left.</summary>
    public void WriteEncoded(Utf8JsonWriter writer, ParameterResource? parameter)
    {
        foreach (var (key, name) in _encoded.Where(entry => parameter is null || entry.Key.Parameter == parameter).ToArray())
        {
            writer.WriteStartObject(name);
            writer.WriteString("type", "annotated.string");
            writer.WriteString("value", key.Parameter.ValueExpression);
            writer.WriteString("filter", key.Format);
            writer.WriteEndObject();
            _encoded.Remove(key);
        }
    }

    private string TextOf(ReferenceExpression expression)
    {
        var values = expression.ManifestExpressions.Select((text, index) =>
            expression.StringFormats[index] is { Length: > 0 } format && ParameterOf(expression.ValueProviders[index]) is { } parameter
                ? $"{{{EncodedName(parameter, format)}.value}}"
                : text);
        return string.Format(CultureInfo.InvariantCulture, expression.Format, [.. values]);
    }

    private static ParameterResource? ParameterOf(object value) => value switch
    {
        ParameterResource parameter => parameter,
        ReferenceExpression { Format: "{0}", ValueProviders: [ParameterResource parameter] } => parameter,
        _ => null,
    };

    private string EncodedName(ParameterResource parameter, string format)
    {
        if (_encoded.TryGetValue((parameter, format), out var known))
            return known;
        var wanted = $"{parameter.Name}-{format}-encoded";
        var name = wanted;
        for (var number = 1; !_names.Add(name); number++)
            name = $"{wanted}-{number}";
        return _encoded[(parameter, format)] = name;
    }
}
