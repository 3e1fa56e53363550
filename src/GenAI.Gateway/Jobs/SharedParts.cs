using System.Collections.Immutable;

namespace GenAI.Gateway.Jobs;

/// <summary>
/// What many jobs have alike, kept once: of 100,000 jobs that wait nearly all have the demand, the model and the owner of others, each as
/// it was read from its own request. Not safe for concurrent use.
/// </summary>
internal sealed class SharedParts
{
    /// <summary>Beyond it all is forgotten and begun anew: what is shared already stays so.</summary>
    private const int Most = 10_000;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<JobDemand, JobDemand> _demands = new(new SameDemand());

    public Job Share(Job job) => job with
    {
        Model = Shared(_texts, job.Model),
        Owner = Shared(_texts, job.Owner),
        ClientId = job.ClientId is null ? null : Shared(_texts, job.ClientId),
        WorkflowId = job.WorkflowId is null ? null : Shared(_texts, job.WorkflowId),
        Demand = Shared(_demands, job.Demand),
    };

    private static T Shared<T>(Dictionary<T, T> known, T value)
        where T : notnull
    {
        if (known.TryGetValue(value, out var shared)) return shared;
        if (known.Count >= Most) known.Clear();
        return known[value] = value;
    }

    /// <summary>By what it holds; a record's own equality asks whether its lists are the same list.</summary>
    private sealed class SameDemand : IEqualityComparer<JobDemand>
    {
        public bool Equals(JobDemand? left, JobDemand? right) =>
            left is not null && right is not null
            && left.Checkpoint == right.Checkpoint && left.Steps == right.Steps && left.Pixels == right.Pixels && left.Images == right.Images
            && Same(left.Loras, right.Loras) && Same(left.NodeClasses, right.NodeClasses) && Same(left.ModelFiles, right.ModelFiles);

        public int GetHashCode(JobDemand demand)
        {
            var hash = new HashCode();
            hash.Add(demand.Checkpoint, StringComparer.Ordinal);
            hash.Add(demand.Steps);
            hash.Add(demand.Pixels);
            hash.Add(demand.Images);
            foreach (var list in (ReadOnlySpan<ImmutableArray<string>>)[demand.Loras, demand.NodeClasses, demand.ModelFiles])
            {
                foreach (var text in list) hash.Add(text, StringComparer.Ordinal);
            }

            return hash.ToHashCode();
        }

        private static bool Same(ImmutableArray<string> left, ImmutableArray<string> right) => left.AsSpan().SequenceEqual(right.AsSpan());
    }
}
