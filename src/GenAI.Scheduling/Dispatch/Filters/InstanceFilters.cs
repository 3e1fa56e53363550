using System.Collections.Frozen;
using System.Collections.Immutable;

namespace GenAI.Scheduling.Dispatch.Filters;

/// <summary>The filters there are, by name.</summary>
public static class InstanceFilters
{
    public static FrozenDictionary<string, IInstanceFilter> ByName { get; } = new IInstanceFilter[]
    {
        new ModelFilter(), new AvoidFilter(), new TrackFilter(), new MemoryFilter(),
    }.ToFrozenDictionary(filter => filter.Name, StringComparer.Ordinal);

    public static ImmutableArray<string> Default { get; } = ["model", "avoid", "track", "memory"];
}
