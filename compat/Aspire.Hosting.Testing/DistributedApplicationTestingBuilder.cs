using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Makes an application for a test: an AppHost's own, or an empty one to add to.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the AppHost that the type belongs to, up to its Build: <c>CreateAsync&lt;Projects.MyAppHost&gt;()</c>.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class
        => CreateAsync<TEntryPoint>([], Unchanged, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class
        => CreateAsync<TEntryPoint>(args, Unchanged, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder,
        CancellationToken cancellationToken = default)
        => CreateAsync(typeof(TEntryPoint), args, configureBuilder, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, CancellationToken cancellationToken = default)
        => CreateAsync(entryPoint, [], Unchanged, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint, string[] args, CancellationToken cancellationToken = default)
        => CreateAsync(entryPoint, args, Unchanged, cancellationToken);

    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint,
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entryPoint);
        Check(args);
        ArgumentNullException.ThrowIfNull(configureBuilder);

        var run = new AppHostRun(entryPoint.Assembly, args, configureBuilder);
        run.Start();
        try
        {
            return new AppHostTestingBuilder(run, await run.Builder.WaitAsync(cancellationToken));
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>An application without an AppHost: the test adds its resources.</summary>
    public static IDistributedApplicationTestingBuilder Create(params string[] args) => Create(args, Unchanged);

    public static IDistributedApplicationTestingBuilder Create(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    {
        Check(args);
        ArgumentNullException.ThrowIfNull(configureBuilder);

        var caller = new StackTrace().GetFrames()
            .Select(frame => frame.GetMethod()?.DeclaringType?.Assembly)
            .FirstOrDefault(assembly => assembly is not null && assembly != typeof(DistributedApplicationTestingBuilder).Assembly);
        return new PlainTestingBuilder(TestingDefaults.CreateBuilder(caller!, args, configureBuilder));
    }

    private static void Unchanged(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        // The defaults of a test are enough.
    }

    private static void Check(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args.Any(string.IsNullOrEmpty))
            throw new ArgumentException($"Array params contains null or empty item: [{string.Join(", ", args)}]", nameof(args));
    }
}
