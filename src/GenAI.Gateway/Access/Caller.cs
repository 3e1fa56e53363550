using System.Collections.Immutable;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Access;

/// <summary>What a key may do.</summary>
[Flags]
internal enum Scopes
{
    None = 0,

    /// <summary>Make jobs, and see and cancel one's own.</summary>
    Generate = 1,

    ReadOwn = 2,

    /// <summary>See everybody's jobs.</summary>
    ReadAll = 4,

    /// <summary>Manage keys, and act on everybody's jobs.</summary>
    Admin = 8,
}

/// <summary>Who makes a request, found once for each request by its key.</summary>
internal sealed record Caller
{
    public const string AnonymousId = "anonymous";

    /// <summary>Everybody, where keys are not asked for.</summary>
    public static Caller Anonymous { get; } = new()
    {
        Id = AnonymousId,
        Name = "anonymous",
        Scopes = Scopes.Generate | Scopes.ReadOwn | Scopes.ReadAll | Scopes.Admin,
    };

    /// <summary>The key's id, which is no secret.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Scopes Scopes { get; init; }

    /// <summary>Names of the models that it may use; empty: all.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>Its share of the fleet relative to others' shares.</summary>
    public double Weight { get; init; } = 1;

    public bool May(Scopes scope) => (Scopes & scope) == scope;

    public bool MayUse(string model) => Models.IsEmpty || Models.Contains(model, StringComparer.OrdinalIgnoreCase);

    public bool MaySee(Job job) =>
        May(Scopes.ReadAll) || May(Scopes.Admin)
        || (string.Equals(job.Owner, Id, StringComparison.Ordinal) && (May(Scopes.ReadOwn) || May(Scopes.Generate)));

    /// <summary>Whether it may cancel or forget the job.</summary>
    public bool MayChange(Job job) => May(Scopes.Admin) || (May(Scopes.Generate) && string.Equals(job.Owner, Id, StringComparison.Ordinal));
}

internal static class CallerExtensions
{
    /// <summary>Who makes this request.</summary>
    public static Caller Caller(this HttpContext context) => context.Features.Get<Caller>() ?? Access.Caller.Anonymous;
}
