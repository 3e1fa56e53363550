using BenchmarkDotNet.Running;
using GenAI.Benchmarks.Imaging;

// dotnet run -c Release --project benchmarks/GenAI.Benchmarks -- --filter '*Sampling*'
BenchmarkSwitcher.FromAssembly(typeof(SamplingBenchmark).Assembly).Run(args);
