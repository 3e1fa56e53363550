using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>
/// Walks through an export request. All three have one shape: resources (1), each with its attributes (resource = 1) and scopes (2),
/// each with its name (scope = 1) and records (2).
/// </summary>
internal static class OtlpRequest
{
    public delegate void RecordReader(ReadOnlySpan<byte> record, TelemetrySource source, string scope);

    /// <returns>How many records were refused because too many services send telemetry.</returns>
    /// <exception cref="InvalidDataException">The request is not what the protocol says it is.</exception>
    public static int Read(ReadOnlySpan<byte> request, SourceTable sources, TextPool texts, RecordReader read)
    {
        var refused = 0;
        var reader = new ProtoReader(request);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            var group = reader.Bytes();
            var source = sources.Get(ResourceAttributes(group, texts));
            var scopes = new ProtoReader(group);
            while (scopes.Next())
            {
                if (scopes.Field == 2)
                    refused += ReadScope(scopes.Bytes(), source, texts, read);
                else
                    scopes.Skip();
            }
        }

        return refused;
    }

    private static int ReadScope(ReadOnlySpan<byte> message, TelemetrySource? source, TextPool texts, RecordReader read)
    {
        var (scope, refused) = (ScopeName(message, texts), 0);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 2 && source is not null)
            {
                read(reader.Bytes(), source, scope);
                continue;
            }

            refused += reader.Field == 2 ? 1 : 0;
            reader.Skip();
        }

        return refused;
    }

    private static TelemetryAttribute[] ResourceAttributes(ReadOnlySpan<byte> group, TextPool texts)
    {
        var attributes = new List<TelemetryAttribute>();
        var resource = new ProtoReader(First(group));
        while (resource.Next())
        {
            if (resource.Field == 1 && attributes.Count < TelemetryLimits.MaxAttributes)
                attributes.Add(OtlpValues.Attribute(resource.Bytes(), texts));
            else
                resource.Skip();
        }

        return [.. attributes];
    }

    private static string ScopeName(ReadOnlySpan<byte> scoped, TextPool texts)
    {
        var scope = new ProtoReader(First(scoped));
        while (scope.Next())
        {
            if (scope.Field == 1)
                return texts.Of(scope.Bytes(), TelemetryLimits.MaxTextLength);
            scope.Skip();
        }

        return "";
    }

    /// <summary>The message in field 1; it need not come first.</summary>
    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
                return reader.Bytes();
            reader.Skip();
        }

        return [];
    }
}
