using System.Collections.Frozen;

namespace GenAI.Scheduling.PassThrough;

/// <summary>The balancing policies by name.</summary>
public sealed class BalancingPolicies
{
    private readonly FrozenDictionary<string, IBalancingPolicy> _byName;

    /// <exception cref="ArgumentException">Two policies have the same name.</exception>
    public BalancingPolicies(IEnumerable<IBalancingPolicy> policies)
    {
        var byName = new Dictionary<string, IBalancingPolicy>(StringComparer.OrdinalIgnoreCase);
        foreach (var policy in policies)
        {
            if (!byName.TryAdd(policy.Name, policy))
                throw new ArgumentException($"Two balancing policies are called '{policy.Name}'; expected each name once.", nameof(policies));
        }

        _byName = byName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    public static BalancingPolicies Default(Random random) =>
        new([new RoundRobinPolicy(), new LeastRequestsPolicy(), new PowerOfTwoChoicesPolicy(random)]);

    /// <exception cref="ArgumentException">There is no such policy; the message names those there are.</exception>
    public IBalancingPolicy Named(string name) => _byName.GetValueOrDefault(name)
        ?? throw new ArgumentException($"There is no balancing policy '{name}'; expected one of {string.Join(", ", _byName.Keys.Order())}.", nameof(name));
}
