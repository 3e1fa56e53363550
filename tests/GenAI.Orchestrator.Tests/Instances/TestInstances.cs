using System.Collections.Immutable;
using GenAI.Contracts;
using GenAI.Contracts.Instances;

namespace GenAI.Orchestrator.Tests.Instances;

internal static class TestInstances
{
    public static Instance One { get; } = new()
    {
        Id = "flux-1-dev-0",
        Model = "flux-1-dev",
        Dialect = ModelDialect.ComfyUI,
        Endpoint = new Uri("http://localhost:1"),
        State = InstanceState.Healthy,
        Version = "1",
        Loaded = ["a", "b"],
        Reason = "it answered",
    };

    public static ImmutableArray<Instance> Loaded(double load) => [One with { LoadScore = load }];
}
