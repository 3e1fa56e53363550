using System.Globalization;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that comes from outside: configuration, the environment, the command line.</summary>
public class ParameterResource : Resource, IExpressionValue
{
    private readonly Lazy<string> _value;

    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(callback);
        // The first answer is the answer: a generated default must not change between two askers.
        _value = new Lazy<string>(() => callback(Default));
        Secret = secret;
    }

    public bool Secret { get; }

    public ParameterDefault? Default { get; set; }

    public string? Description { get; set; }

    public bool EnableDescriptionMarkdown { get; set; }

    public bool IsConnectionString { get; set; }

    public string ValueExpression => $"{{{Name}.value}}";

    internal string ConfigurationKey
    {
        get => field ?? (IsConnectionString ? $"ConnectionStrings:{Name}" : $"Parameters:{Name}");
        init;
    }

    /// <summary>The value that somebody gave when asked, in the place of one that is configured.</summary>
    internal string? Answer { get; set; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(Answer ?? _value.Value);
}

/// <summary>A parameter's value when none is configured.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();

    /// <summary>What the manifest says of it, between the braces of <c>"default": {…}</c>.</summary>
    public abstract void WriteToManifest(ManifestPublishingContext context);
}

internal sealed class ConstantParameterDefault(Func<string> value) : ParameterDefault
{
    public override string GetDefaultValue() => value();

    public override void WriteToManifest(ManifestPublishingContext context) => context.Writer.WriteString("value", value());
}

/// <summary>A connection string from configuration, as a parameter.</summary>
internal sealed class ConnectionStringParameterResource(string name, Func<ParameterDefault?, string> callback, string? environmentVariableName)
    : ParameterResource(name, callback, secret: true), IResourceWithConnectionString
{
    public string? ConnectionStringEnvironmentVariable { get; } = environmentVariableName;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{(ParameterResource)this}");

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetValueAsync(cancellationToken);

    ValueTask<string?> IValueProvider.GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken) => GetValueAsync(cancellationToken);

    string IManifestExpressionProvider.ValueExpression => string.Create(CultureInfo.InvariantCulture, $"{{{Name}.connectionString}}");
}
