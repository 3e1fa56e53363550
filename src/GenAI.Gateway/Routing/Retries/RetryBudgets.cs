using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Retries;

/// <summary>Each model's budget.</summary>
internal sealed class RetryBudgets(IOptions<RetryOptions> options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, RetryBudget> _budgets = new(StringComparer.Ordinal);

    public RetryBudget Of(string model) => _budgets.GetOrAdd(model, static (_, self) => self.New(), this);

    private RetryBudget New() => new(options.Value, clock);
}
