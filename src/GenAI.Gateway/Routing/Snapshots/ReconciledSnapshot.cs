using System.Collections.Immutable;
using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Routing.Snapshots;

/// <param name="Snapshot">What to go by.</param>
/// <param name="Unjudged">Ids whose earlier state was kept, to be passed to the next reconciliation.</param>
/// <param name="Problems">What was left out and why, in words.</param>
internal sealed record ReconciledSnapshot(InstanceSnapshot Snapshot, ImmutableHashSet<string> Unjudged, ImmutableArray<string> Problems);
