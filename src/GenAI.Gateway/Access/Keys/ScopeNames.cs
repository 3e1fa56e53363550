using System.Collections.Immutable;
using GenAI.Contracts.Access;

namespace GenAI.Gateway.Access.Keys;

/// <summary>Between <see cref="Scopes"/> and their names on the wire.</summary>
internal static class ScopeNames
{
    private static readonly (string Name, Scopes Scope)[] Names =
    [
        (KeyScopes.Generate, Scopes.Generate),
        (KeyScopes.ReadOwn, Scopes.ReadOwn),
        (KeyScopes.ReadAll, Scopes.ReadAll),
        (KeyScopes.Admin, Scopes.Admin),
    ];

    public const Scopes All = Scopes.Generate | Scopes.ReadOwn | Scopes.ReadAll | Scopes.Admin;

    public static ImmutableArray<string> Of(Scopes scopes) => [.. Names.Where(name => scopes.HasFlag(name.Scope)).Select(name => name.Name)];

    public static bool TryParse(string name, out Scopes scope)
    {
        scope = Names.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Scope;
        return scope != Scopes.None;
    }
}
