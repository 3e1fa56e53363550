using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using GenAI.Benchmarks.Imaging;

// dotnet run -c Release --project benchmarks/GenAI.Benchmarks -- --filter '*Sampling*'
//
// Each run is a process that BenchmarkDotNet builds first, with all that this project references: on two busy cores that
// takes longer than the two minutes it allows by itself.
BenchmarkSwitcher.FromAssembly(typeof(SamplingBenchmark).Assembly)
    .Run(args, ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(15)));
