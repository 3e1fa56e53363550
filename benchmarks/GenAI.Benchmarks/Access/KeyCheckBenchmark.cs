using BenchmarkDotNet.Attributes;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access;
using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Access.Usage;

namespace GenAI.Benchmarks.Access;

/// <summary>What asking for a key costs each request: finding it among all, hashing it, comparing it; and counting the request.</summary>
[MemoryDiagnoser]
public class KeyCheckBenchmark
{
    private readonly RequestWindow _window = new(1_000_000);
    private readonly KeyUsage _usage = new("k");
    private KeyRing _ring = null!;
    private string _known = "";
    private string _unknown = "";

    [Params(10, 10_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _ring = new KeyRing(new UsageLedger(), TimeProvider.System);
        var secrets = Enumerable.Range(0, Keys).Select(_ => ApiKeyFormat.NewKey(ApiKeyFormat.NewId())).ToArray();
        _ring.Load(secrets.Select(Key));
        _known = secrets[Keys / 2];
        _unknown = ApiKeyFormat.NewKey(ApiKeyFormat.NewId());
        if (!IsValid()) throw new InvalidOperationException("The key that is looked for is not there.");
    }

    [Benchmark]
    public bool IsValid() => _ring.Check(_known, out _) == KeyVerdict.Valid;

    [Benchmark]
    public bool IsUnknown() => _ring.Check(_unknown, out _) == KeyVerdict.Unknown;

    [Benchmark]
    public bool CountAndLimit()
    {
        var now = TimeProvider.System.GetUtcNow();
        _usage.CountRequest(now);
        return _window.Take(now).Allowed;
    }

    private static ApiKey Key(string secret)
    {
        ApiKeyFormat.TryGetId(secret, out var id);
        return new ApiKey
        {
            Id = id.ToString(),
            Name = "benchmark",
            Shown = ApiKeyFormat.ShownPart(secret),
            Hash = ApiKey.HashOf(secret),
            Scopes = Scopes.Generate,
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
    }
}
